;; Reading the texts of the trained workloads, pretty-printing them and reading that again: the
;; reader, the printer and the expression printer's layout.

(define folder (path-parent (car (command-line-arguments))))

(define (expressions in)
  (let ([x (read in)])
    (if (eof-object? x) '() (cons x (expressions in)))))

(define sources
  (map (lambda (name) (call-with-input-file (string-append folder "/" name) expressions))
       (sort string<? (filter (lambda (name) (string=? (path-extension name) "ss"))
                              (directory-list folder)))))

(define (listing source)
  (call-with-string-output-port
    (lambda (out) (for-each (lambda (x) (pretty-print x out)) source))))

;; How many texts come out as they went in.
(define (count-kept)
  (do ([rest sources (cdr rest)]
       [n 0 (let* ([text (listing (car rest))]
                   [again (expressions (open-input-string text))])
              (if (and (equal? again (car rest)) (equal? (format "~s" again) (format "~s" (car rest))))
                  (+ n 1)
                  n))])
      ((null? rest) n)))

(measure
  (lambda () (do ([i 0 (+ i 1)] [n 0 (+ n (count-kept))]) ((= i 20) n)))
  (lambda (result) (= result (* 20 (length sources)))))
