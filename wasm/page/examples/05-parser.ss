;;; A parser and evaluator of arithmetic
;; Recursive descent: each procedure takes a list of tokens
;; and returns a tree and the tokens that are left.
(define (tokens text)
  (let loop ([chars (string->list text)] [found '()])
    (cond
      [(null? chars) (reverse found)]
      [(char-whitespace? (car chars)) (loop (cdr chars) found)]
      [(char-numeric? (car chars))
       (let digits ([chars chars] [n 0])
         (if (and (pair? chars) (char-numeric? (car chars)))
             (digits (cdr chars) (+ (* 10 n) (digit-value (car chars))))
             (loop chars (cons n found))))]
      [(memv (car chars) '(#\+ #\- #\* #\/ #\^ #\( #\)))
       (loop (cdr chars) (cons (car chars) found))]
      [else
       (errorf 'tokens "~s is neither a digit nor an operator"
         (car chars))])))

(define (digit-value c) (- (char->integer c) (char->integer #\0)))

;; A level of operators that associate to the left.
(define (left-associative next operators)
  (lambda (tokens)
    (let-values ([(left rest) (next tokens)])
      (let loop ([left left] [rest rest])
        (cond
          [(and (pair? rest) (assv (car rest) operators)) =>
           (lambda (operator)
             (let-values ([(right rest) (next (cdr rest))])
               (loop (list (cdr operator) left right) rest)))]
          [else (values left rest)])))))

(define (parse-primary tokens)
  (cond
    [(null? tokens)
     (errorf 'parse "found the end, expected a number or (")]
    [(number? (car tokens)) (values (car tokens) (cdr tokens))]
    [(eqv? (car tokens) #\-)
     (let-values ([(tree rest) (parse-primary (cdr tokens))])
       (values `(- ,tree) rest))]
    [(eqv? (car tokens) #\()
     (let-values ([(tree rest) (parse-sum (cdr tokens))])
       (unless (and (pair? rest) (eqv? (car rest) #\)))
         (errorf 'parse "found ~s, expected )"
           (if (pair? rest) (car rest) 'the-end)))
       (values tree (cdr rest)))]
    [else
     (errorf 'parse "found ~s, expected a number or (" (car tokens))]))

(define (parse-power tokens)  ; associates to the right
  (let-values ([(base rest) (parse-primary tokens)])
    (if (and (pair? rest) (eqv? (car rest) #\^))
        (let-values ([(power rest) (parse-power (cdr rest))])
          (values `(expt ,base ,power) rest))
        (values base rest))))

(define parse-product
  (left-associative parse-power '((#\* . *) (#\/ . /))))
(define parse-sum
  (left-associative parse-product '((#\+ . +) (#\- . -))))

(define (parse text)
  (let-values ([(tree rest) (parse-sum (tokens text))])
    (unless (null? rest)
      (errorf 'parse "found ~s after the end" (car rest)))
    tree))

(for-each
  (lambda (text)
    (let ([tree (parse text)])
      (printf "~a\n  = ~s\n  = ~s\n" text tree (eval tree))))
  '("1 + 2 * 3" "(1 + 2) * 3" "2 ^ 3 ^ 2" "1/3 + 1/6" "-2 ^ 100"))
