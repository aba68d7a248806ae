;;; Files and hash tables: counting words
;; Programs read and write files as on any computer. Those
;; in /home stay between visits: the panel Files shows them.
(call-with-output-file "poem.txt"
  (lambda (port)
    (display "Tiger Tiger, burning bright,\n" port)
    (display "In the forests of the night;\n" port)
    (display "What immortal hand or eye,\n" port)
    (display "Could frame thy fearful symmetry?\n" port))
  'truncate)

(define (words port)
  (let loop ([letters '()] [found '()])
    (let* ([c (read-char port)]
           [end? (or (eof-object? c) (not (char-alphabetic? c)))]
           [found (if (and end? (pair? letters))
                      (cons (list->string (reverse letters)) found)
                      found)])
      (cond
        [(eof-object? c) (reverse found)]
        [end? (loop '() found)]
        [else (loop (cons (char-downcase c) letters) found)]))))

(define counts (make-hashtable string-hash string=?))
(for-each
  (lambda (word) (hashtable-update! counts word (lambda (n) (+ n 1)) 0))
  (call-with-input-file "poem.txt" words))

(define sorted
  (sort (lambda (a b)
          (or (> (cdr a) (cdr b))
              (and (= (cdr a) (cdr b)) (string<? (car a) (car b)))))
        (vector->list (hashtable-cells counts))))

(for-each
  (lambda (cell) (printf "~a ~a\n" (cdr cell) (car cell)))
  sorted)

(directory-list ".")
