;; The compiler, from expander to code in memory, on the workloads that are trained on. What is compiled
;; is not run.

(define folder (path-parent (car (command-line-arguments))))

(define sources
  (map (lambda (name)
         (call-with-input-file (string-append folder "/" name)
           (lambda (in)
             (let next ([x (read in)])
               (if (eof-object? x) '() (cons x (next (read in))))))))
       (sort string<? (filter (lambda (name) (string=? (path-extension name) "ss"))
                              (directory-list folder)))))

(define (compile-all)
  (for-each (lambda (source)
              (compile `(lambda () (let () ,@source (void)))))
            sources)
  (length sources))

(measure
  (lambda () (do ([i 0 (+ i 1)] [n 0 (+ n (compile-all))]) ((= i 5) n)))
  (lambda (result) (= result (* 5 (length sources)))))
