;; Compiles a large program: a few thousand lines of procedures, written by a
;; generator into the current folder, the same in every run. Only compile-file
;; is measured; the compiled program is then loaded and its result checked.

(module (write-program)
  (define next
    (let ([state 20011])
      (lambda (limit)
        (set! state (modulo (+ (* state 69069) 1) 4294967296))
        (modulo (quotient state 65536) limit))))

  (define (name i)
    (string->symbol (string-append "step-" (number->string i))))

  ;; An expression over fixnum variables, small enough to stay one. The pieces
  ;; are drawn in a fixed order: that of arguments is the compiler's choice.
  (define (expression depth variables)
    (if (= depth 0)
        (let* ([kind (next 3)] [which (next (length variables))] [n (next 100)])
          (if (= kind 0) n (list-ref variables which)))
        (let* ([kind (next 9)]
               [n (next 500)]
               [e1 (expression (- depth 1) variables)]
               [e2 (expression (- depth 1) variables)]
               [e3 (expression (- depth 1) variables)]
               [inner (expression (- depth 1) (cons 'p variables))])
          (case kind
            [(0) `(+ ,e1 ,e2)]
            [(1) `(- ,e1 ,e2)]
            [(2) `(if (< ,e1 ,e2) ,e3 ,n)]
            [(3) `(let ([p ,e1]) ,inner)]
            [(4) `(modulo (* ,n ,e1) ,(+ n 2))]
            [(5) `(cond
                    [(even? ,e1) ,e2]
                    [(> ,n ,e3) => (lambda (true) ,e3)]
                    [else ,e1])]
            [(6) `(case (modulo ,e1 5)
                    [(0 1) ,e2]
                    [(2) ,e3]
                    [else ,n])]
            [(7) `(let-values ([(p q) (values ,e1 ,n)])
                    (max q ,inner))]
            [else `((lambda (p . rest) (+ (length rest) ,inner)) ,e1 ,e2)]))))

  ;; Procedures take two numbers and return one below a thousand.
  (define (procedure i)
    (let* ([kind (next 7)]
           [n (next 100)]
           [earlier (if (= i 0) '+ (name (next i)))]
           [e1 (expression 3 '(a b))]
           [e2 (expression 3 '(a b))]
           [inner (expression 2 '(a b c d))])
      `(define (,(name i) a b)
         ,(case kind
            [(0) `(let loop ([c 0] [d a])
                    (if (= c ,(+ 2 (modulo n 4)))
                        (modulo d 1000)
                        (loop (+ c 1) (modulo (+ d ,inner) 5000))))]
            [(1) `(let ([v (make-vector ,(+ 3 (modulo n 5)) b)])
                    (vector-set! v 1 ,e1)
                    (vector-set! v 2 ,e2)
                    (modulo (apply + (vector->list v)) 1000))]
            [(2) `(let ([add (lambda (x) (+ x ,e1))])
                    (modulo (apply + (map add (list a b ,n))) 1000))]
            [(3) `(call/cc
                    (lambda (return)
                      (for-each
                        (lambda (x) (when (> x ,n) (return (modulo x 1000))))
                        (list a b ,e1 ,e2))
                      ,n))]
            [(4) `(let ([s (number->string ,e1)])
                    (modulo (+ (string-length s) a (char->integer (string-ref s 0))) 1000))]
            [(5) `(let ([p (make-point ,e1 ,e2)])
                    (point-x-set! p (+ (point-y p) b))
                    (modulo (+ (point-x p) (point-y p)) 1000))]
            [else `(let* ([c ,e1] [d (,earlier (modulo c 1000) b)])
                     (modulo (+ d ,inner) 1000))]))))

  (define (write-program path count)
    (with-output-to-file path
      (lambda ()
        (pretty-print '(define-record-type point (fields (mutable x) y)))
        (do ([i 0 (+ i 1)])
            ((= i count))
          (newline)
          (pretty-print (procedure i)))
        (newline)
        (pretty-print
          `(define (sum-of-steps)
             (+ ,@(map (lambda (i)
                         `(,(name i) ,(modulo (* i 37) 1000) ,(modulo (* i 91) 1000)))
                       (iota count))))))
      'replace)))

(write-program "large.ss" 150)

(measure
  (lambda ()
    (parameterize ([compile-file-message #f])
      (compile-file "large.ss" "large.so")))
  (lambda (ignored)
    (load "large.so")
    (= (eval '(sum-of-steps)) 70378)))
