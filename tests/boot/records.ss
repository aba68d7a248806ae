;; Records: R6RS definitions with their options, Chez's define-record, the procedural interface,
;; printing, and records as the collector and the inspector see them.

(define-record-type point (fields x (mutable y)))
(test "constructor, predicate, accessors"
  (let ([p (make-point 1 2)]) (list (point? p) (point-x p) (point-y p) (point? 'p))) => (#t 1 2 #f))
(test "a mutable field" (let ([p (make-point 1 2)]) (point-y-set! p 9) (point-y p)) => 9)
(define-record-type (cpoint make-cp cpoint?)
  (parent point)
  (fields (mutable color cp-color set-cp-color!)))
(test "inheritance"
  (let ([c (make-cp 1 2 'red)])
    (list (point? c) (cpoint? c) (point-x c) (cp-color c) (cpoint? (make-point 1 2))))
  => (#t #t 1 red #f))
(test "a child's mutators"
  (let ([c (make-cp 1 2 'red)])
    (set-cp-color! c 'blue)
    (point-y-set! c 5)
    (list (cp-color c) (point-y c)))
  => (blue 5))
(define-record-type counted
  (fields name (mutable n))
  (protocol (lambda (new) (case-lambda [(name) (new name 0)] [(name n) (new name n)]))))
(test "a protocol" (list (counted-n (make-counted 'a)) (counted-n (make-counted 'a 7))) => (0 7))
(define-record-type sub-counted
  (parent counted) (fields extra)
  (protocol (lambda (p) (lambda (name extra) ((p name 100) extra)))))
(test "a protocol that calls its parent's"
  (let ([s (make-sub-counted 'n 'e)]) (list (counted-name s) (counted-n s) (sub-counted-extra s)))
  => (n 100 e))
(define-record-type leaf (sealed #t) (fields v))
(test "sealed" (record-type-sealed? (record-type-descriptor leaf)) => #t)
(test-error "no child of a sealed type"
  (make-record-type-descriptor 'c (record-type-descriptor leaf) #f #f #f '#())
  => "Exception in make-record-type-descriptor: cannot extend sealed record type #<record type leaf> as c")
(define-record-type secret (opaque #t) (fields v))
(test "opaque: record? says no"
  (list (record? (make-secret 1)) (secret? (make-secret 1)) (secret-v (make-secret 1)))
  => (#f #t 1))
(test-print "opaque records print without fields" (make-secret 1) => "#<secret>")
(define-record-type single (nongenerative coracle-test-single) (fields a))
(test "nongenerative: the same descriptor again"
  (eq? (record-type-descriptor single)
       (make-record-type-descriptor 'single #f 'coracle-test-single #f #f '#((immutable a))))
  => #t)
(test-error "nongenerative: other fields"
  (make-record-type-descriptor 'single #f 'coracle-test-single #f #f
    '#((immutable b) (immutable c)))
  => "Exception in make-record-type-descriptor: incompatible record type single - different fields")
(test "record-type properties"
  (let ([r (record-type-descriptor cpoint)])
    (list (record-type-name r) (record-type-name (record-type-parent r)) (record-type-field-names r)
          (record-type-generative? r) (record-type-opaque? r) (record-field-mutable? r 0)
          (record-field-mutable? (record-type-parent r) 0)))
  => (cpoint point #(color) #t #f #t #f))
(test "record-rtd and record?"
  (let ([p (make-point 1 2)])
    (list (eq? (record-rtd p) (record-type-descriptor point)) (record? p)
      (record? p (record-type-descriptor cpoint))))
  => (#t #t #f))
(test "the procedural interface"
  (let* ([rtd (make-record-type-descriptor 'tri #f #f #f #f
                '#((mutable a) (immutable b) (mutable c)))]
         [rcd (make-record-constructor-descriptor rtd #f #f)]
         [make (record-constructor rcd)]
         [? (record-predicate rtd)]
         [a (record-accessor rtd 0)]
         [c (record-accessor rtd 2)]
         [c! (record-mutator rtd 2)]
         [t (make 1 2 3)])
    (c! t 30)
    (list (? t) (? 5) (a t) (c t)))
  => (#t #f 1 30))
(test "a hundred fields"
  (let* ([rtd (make-record-type-descriptor 'wide #f #f #f #f
                (list->vector (map (lambda (i) (list 'mutable (string->symbol (format "f~a" i))))
                                (iota 100))))]
         [r (apply (record-constructor rtd) (iota 100))])
    (collect)
    (map (lambda (i) ((record-accessor rtd i) r)) '(0 1 50 98 99)))
  => (0 1 50 98 99))
(test "a record without fields"
  (let ()
    (define-record-type empty)
    (let ([a (make-empty)] [b (make-empty)]) (list (empty? a) (eq? a b))))
  => (#t #f))
(define-record pare ((immutable kar) kdr))
(test "define-record of Chez"
  (let ([p (make-pare 1 2)]) (set-pare-kdr! p 3) (list (pare? p) (pare-kar p) (pare-kdr p)))
  => (#t 1 3))
(define-record typed ((integer-32 i) (double-float d) (unsigned-8 b) (ptr p)))
(test "raw fields"
  (let ([t (make-typed -5 2.5 255 'p)])
    (set-typed-i! t 1000000)
    (list (typed-i t) (typed-d t) (typed-b t) (typed-p t)))
  => (1000000 2.5 255 p))
(test "raw fields survive a collection"
  (let ([t (make-typed -5 1e300 7 (list 1 2))])
    (collect)
    (collect 0 1)
    (list (typed-i t) (typed-d t) (typed-b t) (typed-p t)))
  => (-5 1e300 7 (1 2)))
(test-error "a raw field checks its value"
  (let ([t (make-typed 1 2.0 3 4)]) (set-typed-d! t 'x))
  => "Exception in set-typed-d!: invalid value x for foreign type double-float")
(define-record wide-ints
  ((integer-64 a) (unsigned-64 b) (integer-16 c) (unsigned-32 d) (float f) (char ch)))
(test "raw fields of every width"
  (let ([w (make-wide-ints (- (expt 2 63)) (- (expt 2 64) 1) -32768 4294967295 1.5 #\z)])
    (list (wide-ints-a w) (wide-ints-b w) (wide-ints-c w) (wide-ints-d w) (wide-ints-f w)
      (wide-ints-ch w)))
  => (-9223372036854775808 18446744073709551615 -32768 4294967295 1.5 #\z))
(test-error "a raw field of 16 bits out of range"
  (let ([w (make-wide-ints 0 0 0 0 0.0 #\a)]) (set-wide-ints-c! w 70000))
  => "Exception in set-wide-ints-c!: invalid value 70000 for foreign type integer-16")
(test-error "an accessor checks the type"
  (point-x 'apple) => "Exception in point-x: apple is not of type #<record type point>")
(test-error "a mutator checks the type"
  (point-y-set! 5 1) => "Exception in point-y-set!: 5 is not of type #<record type point>")
(test-error "too few arguments for a constructor"
  ((hidden make-point) 1)
  => "Exception: incorrect number of arguments 1 to #<procedure make-point>")
(test-print "records print by name and fields" (make-point 1 '(a "b")) => "#[point 1 (a \"b\")]")
(test-print "a gensym uid prints the same"
  (let () (define-record-type thing (fields a)) (make-thing #\x)) => "#[thing #\\x]")
(test-output "record-writer"
  (begin
    (record-writer (record-type-descriptor leaf)
      (lambda (r p wr) (display "<leaf " p) (wr (leaf-v r) p) (display ">" p)))
    (write (make-leaf "s"))
    (display (make-leaf "s")))
  => "<leaf \"s\"><leaf s>")
(test-output "print-record off"
  (parameterize ([print-record #f]) (write (make-point 1 2))) => "#<record of type point>")
(test "equal? on records is eq? by default"
  (let ([a (make-point 1 2)]) (list (equal? a a) (equal? a (make-point 1 2)))) => (#t #f))
(define-record-type vec (fields a b))
(record-type-equal-procedure (record-type-descriptor vec)
  (lambda (x y e?) (and (e? (vec-a x) (vec-a y)) (e? (vec-b x) (vec-b y)))))
(record-type-hash-procedure (record-type-descriptor vec)
  (lambda (x h) (+ (h (vec-a x)) (h (vec-b x)))))
(test "record-type-equal-procedure"
  (list (equal? (make-vec 1 '(2)) (make-vec 1 '(2))) (equal? (make-vec 1 2) (make-vec 1 3)))
  => (#t #f))
(test "a record as a key by its own hash"
  (let ([h (make-hashtable equal-hash equal?)])
    (hashtable-set! h (make-vec "a" 1) 'found)
    (hashtable-ref h (make-vec "a" 1) #f))
  => found)
(test "csv7 procedures"
  (let ([r (record-type-descriptor point)])
    (list (csv7:record-type-name r) (csv7:record-type-field-names r)
      (csv7:record-type-field-decls r)))
  => ("point" (x y) ((immutable scheme-object x) (mutable scheme-object y))))
(test "csv7 accessors by name"
  ((csv7:record-field-accessor (record-type-descriptor point) 'y) (make-point 1 2)) => 2)
(test "ten thousand records and their sum"
  (let loop ([i 0] [l '()])
    (if (= i 10000) (apply + (map (lambda (p) (+ (point-x p) (point-y p))) l))
        (loop (+ i 1) (cons (make-point i 1) l))))
  => 50005000)
(test "parent-rtd"
  (let ()
    (define-record-type base (fields a))
    (define-record-type d (parent-rtd (record-type-descriptor base) #f) (fields b))
    (let ([x (make-d 1 2)]) (list (base-a x) (d-b x) (base? x))))
  => (1 2 #t))
;; releases: all but 9.5.9.8
(test "record-type-has-named-fields?"
  (record-type-has-named-fields? (record-type-descriptor point)) => #t)
(test "make-record-type of Chez"
  (let ([rtd (make-record-type "old" '(a (immutable b)))])
    (let ([r ((record-constructor rtd) 1 2)]) (list (record? r rtd) ((record-accessor rtd 1) r))))
  => (#t 2))
(test "a record type is a record"
  (let ([r (record-type-descriptor point)])
    (list (record-type-descriptor? r) (record-type-descriptor? 5)))
  => (#t #f))
(test "four generations of parents"
  (let ()
    (define-record-type a (fields x)) (define-record-type b (parent a) (fields y))
    (define-record-type c (parent b) (fields z)) (define-record-type d (parent c) (fields w))
    (let ([r (make-d 1 2 3 4)])
      (list (a? r) (b? r) (c? r) (a-x r) (b-y r) (c-z r) (d-w r) (d? (make-c 1 2 3)))))
  => (#t #t #t 1 2 3 4 #f))
