;; A cache with weak keys: records come into use, live on in a window, and drop out; the table, its
;; keys hashed by address, must lose them and hash the moved ones anew.

(module (work)
  (define-record-type item (fields number) (nongenerative))
  (define window 100000)

  (define (work)
    (let ([cache (make-weak-eq-hashtable)] [recent (make-vector window #f)])
      (do ([i 0 (+ i 1)])
          ((= i 1500000))
        (let ([item (make-item i)])
          (vector-set! recent (modulo i window) item)
          (hashtable-set! cache item (list i)))
        (when (= (modulo i 4) 0)
          (let ([old (vector-ref recent (modulo (* i 7919) window))])
            (when old
              (unless (= (item-number old) (car (hashtable-ref cache old '(-1))))
                (errorf 'cache "lost item ~s" (item-number old)))))))
      (collect (collect-maximum-generation))
      (let ([size (hashtable-size cache)])
        (keep-live recent)
        size))))

(measure work (lambda (result) (= result 100000)))
