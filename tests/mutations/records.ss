; Records, closures, strings, hash tables and a macro.
(library (records)
  (export run)
  (import (chezscheme))
  (define-record-type shape (fields name (mutable size)))
  (define-record-type circle (parent shape) (fields radius))
  (define-syntax repeat
    (syntax-rules () [(_ n e) (let loop ([i n] [r '()]) (if (zero? i) r (loop (- i 1) (cons e r))))]))
  (define (adder n) (lambda (x) (+ x n)))
  (define (run)
    (let ([table (make-hashtable string-hash string=?)]
          [c (make-circle "circle" 1 2.5)])
      (shape-size-set! c ((adder 3) (shape-size c)))
      (hashtable-set! table (string-append (shape-name c) "!") (circle-radius c))
      (list (shape-size c) (hashtable-ref table "circle!" #f) (repeat 3 'x)
            (map (adder 10) '(1 2 3)) (format "~a ~s" "text" #\c)))))
(import (records))
(write (run))
(newline)
