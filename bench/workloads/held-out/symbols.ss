;; Symbols and property lists: a stock of symbols, each carrying a nested list
;; as a property, is searched with patterns. ?name matches one item, *name any
;; number of items; a variable's binding is kept on the property list of the
;; variable itself. Every match is checked by writing the bindings back into
;; the pattern.

(module (work)
  (define next
    (let ([state 12345])
      (lambda (limit)
        (set! state (modulo (+ (* state 1103515245) 12345) 2147483648))
        (modulo (quotient state 1024) limit))))

  (define atoms '#(ash beech cedar elm fir oak))

  (define (random-item depth)
    (if (or (= depth 0) (< (next 3) 2))
        (vector-ref atoms (next (vector-length atoms)))
        (random-list (+ 1 (next 4)) (- depth 1))))
  (define (random-list size depth)
    (if (= size 0)
        '()
        (let ([first (random-item depth)])
          (cons first (random-list (- size 1) depth)))))

  (define (make-stock size)
    (let more ([i 0] [stock '()])
      (if (= i size)
          stock
          (let ([name (string->symbol (string-append "tree-" (number->string i)))])
            (putprop name 'shape (random-list 7 2))
            (putprop name 'found 0)
            (more (+ i 1) (cons name stock))))))

  (define (declare-variables kind names)
    (for-each (lambda (name) (putprop name 'variable kind)) names))

  ;; Calls yes with no arguments for a match; whoever gets a false value back
  ;; asks for another one. Bindings are undone on the way out.
  (define (with-binding name value yes)
    (putprop name 'binding (list value))
    (or (yes)
        (begin (remprop name 'binding) #f)))

  (define (match pattern item yes)
    (cond
      [(symbol? pattern)
       (if (eq? (getprop pattern 'variable) 'one)
           (let ([bound (getprop pattern 'binding)])
             (if bound
                 (and (equal? (car bound) item) (yes))
                 (with-binding pattern item yes)))
           (and (eq? pattern item) (yes)))]
      [(pair? pattern)
       (if (and (symbol? (car pattern))
                (eq? (getprop (car pattern) 'variable) 'many))
           (match-many (car pattern) (cdr pattern) item yes)
           (and (pair? item)
                (match (car pattern) (car item)
                  (lambda () (match (cdr pattern) (cdr item) yes)))))]
      [else (and (eq? pattern item) (yes))]))

  (define (match-many name rest item yes)
    (let ([bound (getprop name 'binding)])
      (if bound
          (let skip ([expected (car bound)] [item item])
            (cond
              [(null? expected) (match rest item yes)]
              [(and (pair? item) (equal? (car expected) (car item)))
               (skip (cdr expected) (cdr item))]
              [else #f]))
          (let longer ([taken '()] [item item])
            (or (with-binding name (reverse taken)
                  (lambda () (match rest item yes)))
                (and (pair? item)
                     (longer (cons (car item) taken) (cdr item))))))))

  (define (fill pattern)
    (cond
      [(symbol? pattern)
       (let ([bound (getprop pattern 'binding)])
         (if bound (car bound) pattern))]
      [(pair? pattern)
       (if (and (symbol? (car pattern))
                (eq? (getprop (car pattern) 'variable) 'many))
           (append (fill (car pattern)) (fill (cdr pattern)))
           (cons (fill (car pattern)) (fill (cdr pattern))))]
      [else pattern]))

  (define patterns
    '((*a oak *b oak *c)
      (*a ?x *b ?x *c)
      (?x *a ?x)
      (*a (*b fir *c) *d)
      (*a ?x ?y *b ?y ?x *c)
      (*a (?x *b) *c ?x *d)
      (*a ash *b)
      (*a *a)
      (*a ?x *b *a ?x)
      (*a elm *b (*c elm *d) *e)))

  (define (search pattern name)
    (let ([shape (getprop name 'shape)])
      (when (match pattern shape
              (lambda ()
                (or (equal? (fill pattern) shape)
                    (errorf 'search "bindings do not fit ~s to ~s" pattern shape))))
        (for-each (lambda (variable) (remprop variable 'binding))
                  '(*a *b *c *d *e ?x ?y))
        (putprop name 'found (+ 1 (getprop name 'found))))))

  (define (work)
    (declare-variables 'one '(?x ?y))
    (declare-variables 'many '(*a *b *c *d *e))
    (let ([stock (make-stock 600)])
      (do ([round 0 (+ round 1)])
          ((= round 20))
        (for-each
          (lambda (pattern)
            (for-each (lambda (name) (search pattern name)) stock))
          patterns))
      (apply + (map (lambda (name) (getprop name 'found)) stock)))))

(measure work (lambda (result) (= result (* 20 1612))))
