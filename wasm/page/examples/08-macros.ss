;;; Macros, step by step
;; trace-define-syntax shows each step of a macro's
;; expansion, and expand what comes of all of them.
(trace-define-syntax my-or
  (syntax-rules ()
    [(_) #f]
    [(_ e) e]
    [(_ e rest ...) (let ([t e]) (if t t (my-or rest ...)))]))

(trace-define-syntax while
  (syntax-rules ()
    [(_ test body ...)
     (let loop ()
       (when test body ... (loop)))]))

(define (show-expansion form)
  (printf "--- ~s\n" form)
  (let ([expanded (expand form)])
    (printf "core form:\n")
    (parameterize ([print-gensym #f]) (pretty-print expanded))))

;; The steps, then the core form that the compiler gets.
(show-expansion '(my-or (memq 'a x) (memq 'b x) #f))
(show-expansion '(while (< i 10) (display i) (set! i (+ i 1))))

;; Hygiene: the t of the macro isn't this one.
(let ([t 5]) (my-or #f t))

;; What the optimizer makes of a form.
(printf "optimized:\n")
(expand/optimize
  '(let ([double (lambda (x) (* 2 x))])
     (list (double 4) (map double y) (if (> 2 1) 'yes 'no))))
