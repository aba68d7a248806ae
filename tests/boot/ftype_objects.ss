;; Foreign pointers to the data of Scheme objects, which the collector updates.
;; needs: ftype-scheme-object-pointer-object

(test "a pointer to a bytevector's data follows it through collections of all generations"
  (let* ([bv (make-bytevector 100 7)]
         [p (eval `(make-ftype-scheme-object-pointer ',bv))])
    (do ([i 0 (+ i 1)]) ((= i 20)) (collect))
    (bytevector-u8-set! bv 3 42)
    (let ([q (ftype-scheme-object-pointer-object p)])
      (list (eq? q bv) (bytevector-u8-ref q 3) (bytevector-length q))))
  => (#t 42 100))
