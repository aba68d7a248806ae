;; Prints and reads as many flonums of one sort as the command line says; the status is 1 where one
;; comes back as another. Also: no number of fewer digits would have come back (the first hundred).

(define-values (sort count)
  (apply (lambda (sort count) (values (string->symbol sort) (string->number count)))
    (command-line-arguments)))

;; A generator of our own, so that the numbers are the same in every run.
(define state 1)
(define (random-bits n) ; the low bits of such a generator are poor
  (set! state (logand (+ (* state 6364136223846793005) 1442695040888963407) (- (ash 1 64) 1)))
  (ash state (- n 64)))

(define word (make-bytevector 8))
(define (flonum-of-bits n)
  (bytevector-u64-native-set! word 0 n)
  (bytevector-ieee-double-native-ref word 0))

(define next
  (case sort
    ;; any bits, so any exponent; what is infinite or no number is left out
    [(bits)
     (lambda ()
       (let retry ()
         (let ([x (flonum-of-bits (logor (ash (random-bits 32) 32) (random-bits 32)))])
           (if (= (logand (ash (bytevector-u64-native-ref word 0) -52) #x7FF) #x7FF) (retry) x))))]
    ;; between -1 and 1
    [(unit) (lambda () (- (* (+ (* (random-bits 31) 4194304.0) (random-bits 22)) (expt 2.0 -52)) 1.0))]
    [(subnormal) (lambda () (flonum-of-bits (logor (ash (random-bits 20) 32) (random-bits 32))))]
    ;; a few digits and an exponent, as people write them
    [(decimal)
     (lambda ()
       (inexact (* (random-bits (+ 1 (random-bits 5))) (expt 10 (- (random-bits 6) 32)))))]
    ;; integers around the limit up to which flonums have all of them
    [(integer) (lambda () (inexact (ash (random-bits 60) (- (random-bits 4) 8))))]))

(define (shorter-text text) ; without the last digit of the fraction; #f where there is none to spare
  (let ([n (string-length text)])
    (and (for-all (lambda (c) (memv c (string->list "-.0123456789"))) (string->list text))
      (char=? #\0 (string-ref text (if (char=? #\- (string-ref text 0)) 1 0)))
      (> n 5)
      (substring text 0 (- n 1)))))

(do ([i 0 (+ i 1)])
    ((= i count) (printf "passed ~s: ~s flonums\n" sort count))
  (let* ([x (next)] [text (number->string x)])
    (define (wrong)
      (printf "FAILED ~s, number ~s: ~s came back as ~s\n" sort i text (string->number text))
      (exit 1))
    (unless (eqv? x (string->number text)) (wrong))
    (when (< i 100)
      (let ([shorter (shorter-text text)])
        (when (and shorter (eqv? x (string->number shorter))) (wrong))))))
