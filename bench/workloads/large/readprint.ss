;; The printer and the reader on a megabyte of generated data: nested lists and vectors, names,
;; strings with escapes, characters, and numbers of every kind. What is read must be what was
;; written.

(module (make-data write-and-read)
  (define next
    (let ([state 271828])
      (lambda (limit)
        (set! state (modulo (+ (* state 69069) 1) 4294967296))
        (modulo (quotient state 65536) limit))))

  (define (name)
    (string->symbol
      (string-append
        (vector-ref '#("river" "weir" "make-" "list->" "|a b|" "Über" "x") (next 7))
        (number->string (next 300)))))

  (define (atom)
    (let ([kind (next 12)] [n (next 50000)] [m (+ 1 (next 999))])
      (case kind
        [(0 1) (name)]
        [(2 3) (- n 25000)]
        [(4) (/ n m)]
        [(5) (/ (exact->inexact n) m)]
        [(6) (* (expt 7 (modulo m 60)) n)]
        [(7) (integer->char (+ 32 (modulo n 600)))]
        [(8) (format "line ~s\nand \"~a\" \\ ~c" n m (integer->char (+ 200 (modulo n 400))))]
        [(9) (odd? n)]
        [(10) (expt 10.0 (- (modulo n 300) 150))]
        [else (bytevector (modulo n 256) (modulo m 256))])))

  (define (datum depth)
    (if (= depth 0)
        (atom)
        (let* ([kind (next 8)] [items (make-data (+ 2 (next 5)) (- depth 1))])
          (case kind
            [(0) (list->vector items)]
            [(1) (cons* (car items) (cadr items) (atom))]
            [(2) (list 'quote items)]
            [(3) (list 'quasiquote (list (name) (list 'unquote (car items))))]
            [else (cons (name) items)]))))

  (define (make-data count depth)
    (if (= count 0)
        '()
        (let ([first (datum depth)])
          (cons first (make-data (- count 1) depth)))))

  (define (write-all path items)
    (call-with-output-file path
      (lambda (port)
        (for-each (lambda (item) (write item port) (newline port)) items))
      'truncate))

  (define (read-all path)
    (call-with-input-file path
      (lambda (port)
        (let more ([items '()])
          (let ([item (read port)])
            (if (eof-object? item)
                (reverse items)
                (more (cons item items))))))))

  (define (write-and-read items)
    (write-all "data" items)
    (read-all "data")))

(define items (make-data 125 5))

(measure
  (lambda () (write-and-read items))
  (lambda (result)
    (and (equal? result items)
         (= (string-length (call-with-input-file "data" get-string-all)) 1040423))))
