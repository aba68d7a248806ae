;; Attachments of frames, on which continuation marks are built: the primitives that set, get and
;; consume them.

(define current ($primitive $current-attachments))
(define calling-with ($primitive $call-setting-continuation-attachment))
(define getting ($primitive $call-getting-continuation-attachment))
(define consuming ($primitive $call-consuming-continuation-attachment))
(test "no attachments here" (#%$current-attachments) => ())
(test "attachments set by the primitive, inline"
  (#%$call-setting-continuation-attachment 'x
   (lambda ()
     (car (list (#%$call-setting-continuation-attachment 'y
                 (lambda () (#%$current-attachments)))))))
  => (y x))
(test "attachments set by the procedure"
  (calling-with 'x (lambda () (car (list (calling-with 'y (lambda () (current))))))) => (y x))
(test "a second setting of the same frame replaces"
  (#%$call-setting-continuation-attachment 'x
   (lambda () (#%$call-setting-continuation-attachment 'y (lambda () (#%$current-attachments)))))
  => (y))
(test "getting an attachment"
  (#%$call-setting-continuation-attachment 'x
   (lambda ()
     (#%$call-getting-continuation-attachment 'none
      (lambda (v) (list v (#%$current-attachments))))))
  => (x (x)))
(test "getting without one"
  (car (list (#%$call-getting-continuation-attachment 'none (lambda (v) v)))) => none)
(test "getting, by the procedure"
  (calling-with 'x (lambda () (getting 'none (lambda (v) (list v (current)))))) => (x (x)))
(test "consuming an attachment"
  (#%$call-setting-continuation-attachment 'x
   (lambda ()
     (#%$call-consuming-continuation-attachment 'none
      (lambda (v) (list v (#%$current-attachments))))))
  => (x ()))
(test "consuming, by the procedure"
  (calling-with 'x (lambda () (consuming 'none (lambda (v) (list v (current)))))) => (x ()))
(test "consuming without one"
  (car (list (consuming 'none (lambda (v) (list v (current)))))) => (none ()))
(test "attachments of a continuation object"
  (calling-with 'x (lambda () (car (list (call/cc (lambda (k) (#%$continuation-attachments k)))))))
  => (x))
(test "attachments and multiple values"
  (values->list (calling-with 'x (lambda () (values 1 2)))) => (1 2))
(test "attachments through underflow of a captured stack"
  (let ([k #f] [n 0])
    (let ([v (calling-with 'outer
               (lambda ()
                 (let ([r (let down ([d 1000])
                            (if (= d 0)
                              (begin (call/cc (lambda (c) (set! k c))) 0)
                              (+ 1 (down (- d 1)))))])
                   (cons r (current)))))])
      (set! n (+ n 1))
      (if (< n 3) (k #f) v)))
  => (1000 outer))
(test "call-in-continuation sets the attachments"
  (calling-with 'outer
    (lambda ()
      (car (list (call/cc
                   (lambda (k)
                     (calling-with 'inner
                       (lambda ()
                         (car (list (call-in-continuation k (lambda () (current)))))))))))))
  => (outer))
(test "a thousand attachments and back"
  (let loop ([n 1000])
    (if (= n 0)
      (length (current))
      (let ([r (calling-with n (lambda () (let ([r (loop (- n 1))]) r)))]) r)))
  => 1000)
