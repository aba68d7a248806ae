;;; Symbolic derivatives
;; A formula is a list, as Scheme code is: so its derivative
;; can be made by a program, and evaluated by eval.
(define (derivative e)
  (cond
    [(number? e) 0]
    [(eq? e 'x) 1]
    [else
     (let ([a (cadr e)] [b (and (pair? (cddr e)) (caddr e))])
       (case (car e)
         [(+) `(+ ,(derivative a) ,(derivative b))]
         [(-) `(- ,(derivative a) ,(derivative b))]
         [(*) `(+ (* ,(derivative a) ,b) (* ,a ,(derivative b)))]
         [(expt) `(* (* ,b (expt ,a ,(- b 1))) ,(derivative a))]
         [(sin) `(* (cos ,a) ,(derivative a))]
         [(cos) `(* (- 0 (sin ,a)) ,(derivative a))]
         [(exp) `(* (exp ,a) ,(derivative a))]
         [else (errorf 'derivative "~s isn't known" (car e))]))]))

(define (simplify e)
  (if (pair? e)
      (let ([op (car e)] [args (map simplify (cdr e))])
        (cond
          [(for-all number? args) (eval (cons op args))]
          [(and (eq? op '*) (memv 0 args)) 0]
          [(and (eq? op '+) (eqv? (car args) 0)) (cadr args)]
          [(and (eq? op '*) (eqv? (car args) 1)) (cadr args)]
          [(and (memq op '(+ -)) (eqv? (cadr args) 0)) (car args)]
          [(and (eq? op '*) (eqv? (cadr args) 1)) (car args)]
          [(and (eq? op 'expt) (eqv? (cadr args) 1)) (car args)]
          [else (cons op args)]))
      e))

(define (formula->procedure e)
  (eval `(lambda (x) ,e)))

(define f '(* (exp (* -1/4 x)) (sin (* 3 x))))
(define f* (simplify (derivative f)))

f*
(simplify (derivative '(+ (expt x 3) (* 5 x))))

;; The formula and its derivative.
(plot (map formula->procedure (list f f*)) 0 10)
