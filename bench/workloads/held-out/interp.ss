;; An evaluator of a small language with procedures, assignment and letrec: records for procedures,
;; association lists for environments, dispatch by symbols.

(module (work)
  (define-record-type procedure-value (fields parameters body environment))

  (define (bind names values environment)
    (if (null? names)
        environment
        (cons (cons (car names) (car values))
              (bind (cdr names) (cdr values) environment))))

  (define (cell name environment)
    (or (assq name environment) (errorf 'interp "unbound variable ~s" name)))

  (define (value-of x environment)
    (cond
      [(symbol? x) (cdr (cell x environment))]
      [(pair? x)
       (case (car x)
         [(quote) (cadr x)]
         [(if) (value-of (if (value-of (cadr x) environment) (caddr x) (cadddr x)) environment)]
         [(fun) (make-procedure-value (cadr x) (caddr x) environment)]
         [(set) (set-cdr! (cell (cadr x) environment) (value-of (caddr x) environment))]
         [(do) (value-of-last (cdr x) environment)]
         [(rec)
          (let ([environment (cons (cons (cadr x) #f) environment)])
            (set-cdr! (car environment) (value-of (caddr x) environment))
            (value-of (cadddr x) environment))]
         [else
          (call (value-of (car x) environment)
                (map (lambda (argument) (value-of argument environment)) (cdr x)))])]
      [else x]))

  (define (value-of-last expressions environment)
    (let ([value (value-of (car expressions) environment)])
      (if (null? (cdr expressions))
          value
          (value-of-last (cdr expressions) environment))))

  (define (call procedure arguments)
    (if (procedure-value? procedure)
        (value-of (procedure-value-body procedure)
          (bind (procedure-value-parameters procedure) arguments
            (procedure-value-environment procedure)))
        (apply procedure arguments)))

  (define globals
    (list (cons '+ +) (cons '- -) (cons '* *) (cons '< <) (cons '= =) (cons 'rem remainder)
          (cons 'cons cons) (cons 'car car) (cons 'cdr cdr) (cons 'null? null?)))

  ;; The number of primes, by lists; Fibonacci numbers; a counter; a fixed point without rec.
  (define programs
    '((rec range (fun (from to) (if (< from to) (cons from (range (+ from 1) to)) '()))
        (rec keep (fun (ok? items)
                    (if (null? items)
                        '()
                        (if (ok? (car items))
                            (cons (car items) (keep ok? (cdr items)))
                            (keep ok? (cdr items)))))
          (rec sieve (fun (items)
                       (if (null? items)
                           0
                           (+ 1 (sieve (keep (fun (n) (if (= (rem n (car items)) 0) #f #t))
                                             (cdr items))))))
            (sieve (range 2 2000)))))
      (rec fib (fun (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))) (fib 22))
      ((fun (count)
         (rec loop (fun (i) (if (= i 0) count (do (set count (+ count i)) (loop (- i 1)))))
           (loop 50000)))
       0)
      (((fun (f) ((fun (x) (f (fun (n) ((x x) n)))) (fun (x) (f (fun (n) ((x x) n))))))
        (fun (self) (fun (n) (if (= n 0) 1 (* n (self (- n 1)))))))
       20)))

  (define (work) (map (lambda (program) (value-of program globals)) programs)))

(measure work
  (lambda (result) (equal? result '(303 17711 1250025000 2432902008176640000))))
