;; fasl-write and fasl-read: every kind of object is written and read back the same, in each compression,
;; with sharing and cycles preserved.

(define (there-and-back x)
  (let-values ([(p get) (open-bytevector-output-port)])
    (fasl-write x p)
    (fasl-read (open-bytevector-input-port (get)))))
(define (in-every-format x)
  (map
    (lambda (compressed format)
      (parameterize ([fasl-compressed compressed] [compress-format format]) (there-and-back x)))
    '(#f #t #t) '(lz4 lz4 gzip)))
(define-syntax same?
  (syntax-rules () [(_ e) (let ([x e]) (andmap (lambda (y) (equal? x y)) (in-every-format x)))]))

(test-true "immediates" (same? (list #t #f '() #\a #\x10FFFF (eof-object) (void) '#!bwp)))
(test-true "fixnums" (same? (list 0 1 -1 127 -128 65536 (greatest-fixnum) (least-fixnum))))
(test-true "bignums" (same? (map (lambda (n) (* (if (even? n) 1 -1) (expt 7 n))) '(30 50 101 500))))
(test-true "bignums at the edges of words"
  (same? (append (map (lambda (n) (expt 2 n)) '(60 61 62 63 64 95 96 127 128))
           (map (lambda (n) (- 1 (expt 2 n))) '(60 61 62 63 64 95 96)))))
(test-true "ratnums" (same? '(1/2 -3/7 100000000000000000000/3 1/123456789012345678901234567890)))
(test-true "flonums" (same? '(0.0 -0.0 1.5 -1e300 1e-320 +inf.0 -inf.0 3.141592653589793)))
(test-true "a flonum that is not a number" (nan? (there-and-back +nan.0)))
(test-true "complex numbers" (same? '(1+2i -1/2+3/4i 1.5-2.5i +i)))
(test-true "strings" (same? (list "" "abc" "\x3bb;\x1F600;\x0;" (make-string 10000 #\x20ac))))
(test-true "characters" (same? '(#\a #\space #\x3bb #\x1F600 #\nul)))
(test-true "symbols" (same? '(a |with space| || \x3bb; car)))
(test-true "symbols are interned" (eq? (there-and-back 'some-symbol) 'some-symbol))
(test-true "an uninterned symbol stays one in its datum"
  (let* ([s (string->uninterned-symbol "u")] [r (there-and-back (list s s))])
    (and (eq? (car r) (cadr r)) (uninterned-symbol? (car r)) (not (eq? (car r) s)))))
(test-true "gensyms come back by their unique names"
  (let ([g (gensym "g")]) (eq? g (there-and-back g))))
(test-true "pairs and lists" (same? '((a . b) (a b c) ((())) (1 (2 (3 . 4))))))
(test-true "a list of a hundred thousand" (same? (iota 100000)))
(test-true "a list nested ten thousand deep"
  (same? (let loop ([i 0] [l '()]) (if (= i 10000) l (loop (+ i 1) (list l))))))
(test-true "vectors" (same? (list '#() '#(1 "a" #(b)) (make-vector 1000 'x))))
(test-true "fxvectors" (same? (list (fxvector) (fxvector 1 -1 (greatest-fixnum) (least-fixnum)))))
(test-true "flvectors" (same? (list (flvector) (flvector 1.5 -0.0 1e300))))
(test-true "bytevectors" (same? (list #vu8() #vu8(0 127 128 255) (make-bytevector 100000 42))))
(test-true "boxes" (same? (list (box 1) (box '(a . #&b)))))
(test "stencil vectors"
  (let ([s (there-and-back (stencil-vector #b1011 'a 'b 'c))])
    (list (stencil-vector? s) (stencil-vector-mask s) (stencil-vector-ref s 2)))
  => (#t 11 c))
(test "immutable objects stay immutable"
  (let ([l (there-and-back (list (string->immutable-string "s")
                             (vector->immutable-vector (vector 1 2))
                             (bytevector->immutable-bytevector (bytevector 1 2))
                             (box-immutable 1)))])
    (list (immutable-string? (car l)) (immutable-vector? (cadr l)) (immutable-bytevector? (caddr l))
      (immutable-box? (cadddr l))))
  => (#t #t #t #t))
(test "sharing is kept"
  (let* ([x (list 1 2)] [y (there-and-back (list x x (vector x)))])
    (list (eq? (car y) (cadr y)) (eq? (car y) (vector-ref (caddr y) 0))))
  => (#t #t))
(test "a cycle of pairs"
  (let ([x (list 1 2 3)])
    (set-cdr! (cddr x) x)
    (let ([y (there-and-back x)]) (list (car y) (eq? y (cdddr y)))))
  => (1 #t))
(test "a cycle through a vector and a box"
  (let* ([v (vector 1 #f)] [b (box v)])
    (vector-set! v 1 b)
    (let ([y (there-and-back v)]) (eq? y (unbox (vector-ref y 1)))))
  => #t)
(test "shared strings and flonums"
  (let* ([s (make-string 3 #\a)] [y (there-and-back (list s s))]) (eq? (car y) (cadr y))) => #t)
(define-record-type fasl-point (nongenerative fasl-point-of-tests) (fields x (mutable y)))
(test "records"
  (let ([p (there-and-back (make-fasl-point 1 '(a "b")))])
    (list (fasl-point? p) (fasl-point-x p) (fasl-point-y p)))
  => (#t 1 (a "b")))
(test "a record that holds itself"
  (let ([p (make-fasl-point 1 #f)])
    (fasl-point-y-set! p p)
    (let ([q (there-and-back p)]) (eq? q (fasl-point-y q))))
  => #t)
(define-record-type fasl-child (nongenerative fasl-child-of-tests) (parent fasl-point) (fields z))
(test "a record of a derived type"
  (let ([p (there-and-back (make-fasl-child 1 2 3))])
    (list (fasl-point? p) (fasl-child? p) (fasl-point-x p) (fasl-child-z p)))
  => (#t #t 1 3))
(test "a record type"
  (eq? (there-and-back (record-type-descriptor fasl-point)) (record-type-descriptor fasl-point))
  => #t)
(test "an eq hashtable"
  (let ([h (make-eq-hashtable)])
    (for-each (lambda (i) (hashtable-set! h (string->symbol (format "k~a" i)) i)) (iota 100))
    (let ([g (there-and-back h)])
      (list (hashtable-size g) (hashtable-ref g 'k77 #f) (eq-hashtable? g))))
  => (100 77 #t))
(test-error "an eqv hashtable can't be written"
  (let ([h (make-eqv-hashtable)]) (hashtable-set! h 1.5 1) (there-and-back h))
  => "Exception in fasl-write: invalid fasl object #<eqv hashtable>")
(test "a symbol hashtable"
  (let ([h (make-hashtable symbol-hash eq?)])
    (hashtable-set! h 'x 1)
    (hashtable-set! h 'y 2)
    (let ([g (there-and-back h)])
      (list (hashtable-ref g 'x #f) (hashtable-ref g 'y #f) (hashtable-size g))))
  => (1 2 2))
(test "an eq hashtable keyed by pairs finds them again"
  (let* ([k (list 1)] [h (make-eq-hashtable)])
    (hashtable-set! h k 'v)
    (let ([y (there-and-back (list k h))]) (hashtable-ref (cadr y) (car y) #f)))
  => v)
(test "a weak pair"
  (let* ([k (list 1)] [y (there-and-back (list k (weak-cons k 'd)))])
    (list (weak-pair? (cadr y)) (eq? (car y) (car (cadr y)))))
  => (#t #t))
(test "an ephemeron pair"
  (let* ([k (list 1)] [y (there-and-back (list k (ephemeron-cons k 'd)))])
    (list (ephemeron-pair? (cadr y)) (eq? (car y) (car (cadr y))) (cdr (cadr y))))
  => (#t #t d))
(test "several objects in one stream"
  (let-values ([(p get) (open-bytevector-output-port)])
    (fasl-write 'a p)
    (fasl-write '(b) p)
    (fasl-write "c" p)
    (let ([in (open-bytevector-input-port (get))])
      (let* ([a (fasl-read in)] [b (fasl-read in)] [c (fasl-read in)] [d (fasl-read in)])
        (list a b c (eof-object? d)))))
  => (a (b) "c" #t))
(test "through a file"
  (begin
    (call-with-port (open-file-output-port "x.fasl" (file-options no-fail))
      (lambda (p) (fasl-write '(file #(1 2.5) "s") p)))
    (call-with-port (open-file-input-port "x.fasl") fasl-read))
  => (file #(1 2.5) "s"))
(test "externals"
  (let ([secret (lambda () 'inside)])
    (let-values ([(p get) (open-bytevector-output-port)])
      (fasl-write (list 1 secret 2) p (lambda (x) (eq? x secret)))
      (let ([y (fasl-read (open-bytevector-input-port (get)) 'load (vector secret))])
        (list (car y) ((cadr y)) (caddr y)))))
  => (1 inside 2))
(test "the header of a stream"
  (let-values ([(p get) (open-bytevector-output-port)])
    (fasl-write 'a p)
    (let ([b (get)]) (map (lambda (i) (bytevector-u8-ref b i)) (iota 8))))
  => (0 0 0 0 99 104 101 122))
(test-error "a stream that is not one"
  (fasl-read (open-bytevector-input-port (string->utf8 "this is not a fasl stream")))
  => "Exception in fasl-read: malformed fasl-object found in #<binary input port bytevector> (invalid situation)")
(test-error "a stream cut short"
  (let-values ([(p get) (open-bytevector-output-port)])
    (parameterize ([fasl-compressed #f]) (fasl-write (make-vector 100 "abc") p))
    (let* ([b (get)] [c (make-bytevector (- (bytevector-length b) 10))])
      (bytevector-copy! b 0 c 0 (bytevector-length c))
      (fasl-read (open-bytevector-input-port c))))
  => "Exception: unexpected eof in fasl file bytevector")
(test-error "a procedure can't be written"
  (there-and-back (lambda (x) x)) => "Exception in fasl-write: invalid fasl object #<procedure>")
(test-true "a mixture, a thousand times over"
  (same? (map
           (lambda (i)
             (list i (* 1.5 i) (number->string i) (vector i (list i))
               (string->symbol (format "s~a" i)) (/ i 7)))
           (iota 1000))))
(test-true "the same bytes twice"
  (let-values ([(p get) (open-bytevector-output-port)])
    (fasl-write '(a "b" 1.5) p)
    (let ([one (get)]) (fasl-write '(a "b" 1.5) p) (equal? one (get)))))
