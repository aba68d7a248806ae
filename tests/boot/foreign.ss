;; Memory outside the heap: foreign-alloc and its accessors, ftypes over foreign memory and over
;; bytevectors, ftype pointers, and what foreign entries say of themselves.

(define-syntax with-memory
  (syntax-rules ()
    [(_ (a n) body ...)
     (let ([a (foreign-alloc n)])
       (dynamic-wind void (lambda () body ...) (lambda () (foreign-free a))))]))
(define-syntax there
  (syntax-rules ()
    [(_ type v ...)
     (with-memory (a 16) (list (begin (foreign-set! 'type a 8 v) (foreign-ref 'type a 8)) ...))]))

(test "foreign-alloc gives addresses"
  (with-memory (a 100) (and (integer? a) (exact? a) (> a 0))) => #t)
(test "bytes"
  (with-memory (a 4)
    (do ([i 0 (+ i 1)]) ((= i 4)) (foreign-set! 'unsigned-8 a i (* 60 i)))
    (map (lambda (i) (list (foreign-ref 'unsigned-8 a i) (foreign-ref 'integer-8 a i))) '(0 1 2 3)))
  => ((0 0) (60 60) (120 120) (180 -76)))
(test "16 and 32 bits"
  (list (there integer-16 -1 32767 -32768) (there unsigned-16 65535)
    (there integer-32 -1 2147483647) (there unsigned-32 4294967295))
  => ((-1 32767 -32768) (65535) (-1 2147483647) (4294967295)))
(test "64 bits"
  (list (there integer-64 -1 9223372036854775807 -9223372036854775808)
    (there unsigned-64 18446744073709551615))
  => ((-1 9223372036854775807 -9223372036854775808) (18446744073709551615)))
(test "odd widths"
  (list (there integer-24 -1 8388607) (there unsigned-24 16777215) (there integer-40 -549755813888)
    (there unsigned-40 1099511627775) (there integer-48 -1) (there unsigned-48 281474976710655)
    (there integer-56 -36028797018963968) (there unsigned-56 72057594037927935))
  => ((-1 8388607) (16777215) (-549755813888) (1099511627775) (-1) (281474976710655)
      (-36028797018963968) (72057594037927935)))
(test "floating point"
  (list (there double 3.14 -0.0 +inf.0) (there double-float 1e300) (there float 1.5 0.1)
    (there single-float -2.5))
  => ((3.14 -0.0 +inf.0) (1e300) (1.5 0.10000000149011612) (-2.5)))
(test "C's types"
  (list (there int -5) (there unsigned 5) (there short -7) (there unsigned-short 7) (there long -9)
    (there unsigned-long 9) (there long-long -11) (there char #\x) (there boolean #t #f)
    (there size_t 12) (there ptrdiff_t -12) (there iptr -13) (there uptr 13) (there fixnum 14)
    (there void* 4096) (there wchar_t #\y))
  => ((-5) (5) (-7) (7) (-9) (9) (-11) (#\x) (#t #f) (12) (-12) (-13) (13) (14) (4096) (#\y)))
(test "sizes and alignments"
  (list (map foreign-sizeof '(char short int float double integer-8 integer-64 unsigned-24 iptr))
    (map foreign-alignof '(char short int integer-32)))
  => ((1 2 4 4 8 1 8 3 8) (1 2 4 4)))
(test "bytes of an integer lie in the native order"
  (with-memory (a 4)
    (foreign-set! 'unsigned-32 a 0 #x01020304)
    (let ([l (map (lambda (i) (foreign-ref 'unsigned-8 a i)) '(0 1 2 3))])
      (if (eq? (native-endianness) 'little) l (reverse l))))
  => (4 3 2 1))
(test "an offset below the address"
  (with-memory (a 32) (foreign-set! 'integer-32 (+ a 16) -4 77) (foreign-ref 'integer-32 a 12))
  => 77)
(test "a megabyte"
  (with-memory (a 1048576)
    (foreign-set! 'unsigned-8 a 1048575 9)
    (foreign-ref 'unsigned-8 a 1048575))
  => 9)
(test "a thousand pieces"
  (let ([l (map (lambda (i) (let ([a (foreign-alloc 64)]) (foreign-set! 'integer-64 a 56 i) a))
             (iota 1000))])
    (collect)
    (let ([s (apply + (map (lambda (a) (foreign-ref 'integer-64 a 56)) l))])
      (for-each foreign-free l)
      s))
  => 499500)
(test-error "a value out of range"
  (with-memory (a 8) (foreign-set! 'integer-8 a 0 (hidden 300)))
  => "Exception in foreign-set!: invalid value 300 for foreign type integer-8")
(test-error "a float where an integer belongs"
  (with-memory (a 8) (foreign-set! 'integer-32 a 0 (hidden 1.5)))
  => "Exception in foreign-set!: invalid value 1.5 for foreign type integer-32")
(test-error "an unknown type"
  (foreign-ref (hidden 'integer-7) 0 0) => "Exception in foreign-ref: unrecognized type integer-7")
(test-error "an entry that is not there"
  (foreign-entry (hidden "coracle_no_such_entry"))
  => "Exception in foreign-entry: no entry for \"coracle_no_such_entry\"")
(test "foreign-entry? of an entry that is not there" (foreign-entry? "coracle_no_such_entry") => #f)
(test "foreign-entry? of the kernel's own" (foreign-entry? "(cs)fd_ref_no_such") => #f)
(define (contains? s part)
  (let ([n (string-length part)])
    (let loop ([i 0])
      (and (<= (+ i n) (string-length s))
        (or (string=? part (substring s i (+ i n))) (loop (+ i 1)))))))
(test "load-shared-object of nothing names it, or the entry that is not there"
  (guard (c [#t
             (let ([m (harness-message c)])
               (or (contains? m "no-such-library.so.99") (contains? m "load_shared_object")))])
    (load-shared-object "no-such-library.so.99"))
  => #t)

(define-ftype point (struct [x double] [y double]))
(define-ftype mixed (struct [a char] [b short] [c int] [d double] [e (array 3 unsigned-8)]))
(define-ftype either (union [i integer-32] [f float] [bytes (array 4 unsigned-8)]))
(define-ftype node (struct [value int] [next (* node)]))
(define-ftype packed-one (packed (struct [a integer-8] [b integer-32])))
(define-ftype flags (endian little (bits [low unsigned 3] [high unsigned 5] [neg signed 8])))
(define-ftype big-int (endian big unsigned-32))
(define-ftype little-int (endian little unsigned-32))
(define-syntax with-ftype
  (syntax-rules ()
    [(_ (p type) body ...)
     (with-memory (a (ftype-sizeof type)) (let ([p (make-ftype-pointer type a)]) body ...))]))

(test "ftype-sizeof"
  (list (ftype-sizeof point) (ftype-sizeof mixed) (ftype-sizeof either) (ftype-sizeof packed-one)
    (ftype-sizeof flags))
  => (16 24 4 5 2))
(test "a structure"
  (with-ftype (p point)
    (ftype-set! point (x) p 1.5)
    (ftype-set! point (y) p -2.5)
    (list (ftype-ref point (x) p) (ftype-ref point (y) p)))
  => (1.5 -2.5))
(test "a structure of many types"
  (with-ftype (p mixed)
    (ftype-set! mixed (a) p #\q)
    (ftype-set! mixed (b) p -3)
    (ftype-set! mixed (c) p 70000)
    (ftype-set! mixed (d) p 0.25)
    (ftype-set! mixed (e 2) p 255)
    (list (ftype-ref mixed (a) p) (ftype-ref mixed (b) p) (ftype-ref mixed (c) p)
      (ftype-ref mixed (d) p) (ftype-ref mixed (e 2) p)))
  => (#\q -3 70000 0.25 255))
(test "a union"
  (with-ftype (p either) (ftype-set! either (f) p 1.0) (number->string (ftype-ref either (i) p) 16))
  => "3F800000")
(test "bit fields"
  (with-ftype (p flags)
    (ftype-set! flags (low) p 5)
    (ftype-set! flags (high) p 17)
    (ftype-set! flags (neg) p -2)
    (list (ftype-ref flags (low) p) (ftype-ref flags (high) p) (ftype-ref flags (neg) p)))
  => (5 17 -2))
(test "byte orders"
  (with-ftype (p big-int)
    (ftype-set! big-int () p #x01020304)
    (list (ftype-ref big-int () p) (foreign-ref 'unsigned-8 (ftype-pointer-address p) 0)
      (begin
        (ftype-set! little-int () (make-ftype-pointer little-int (ftype-pointer-address p)) 1)
        (ftype-ref big-int () p))))
  => (16909060 1 16777216))
(test "a linked list"
  (let* ([make (lambda (v n)
                 (let ([p (make-ftype-pointer node (foreign-alloc (ftype-sizeof node)))])
                   (ftype-set! node (value) p v)
                   (ftype-set! node (next) p n)
                   p))]
         [null (make-ftype-pointer node 0)]
         [l (make 1 (make 2 (make 3 null)))])
    (let loop ([p l] [s '()])
      (if (ftype-pointer-null? p)
        (reverse s)
        (let ([next (ftype-ref node (next) p)] [v (ftype-ref node (value) p)])
          (foreign-free (ftype-pointer-address p))
          (loop next (cons v s))))))
  => (1 2 3))
(test "arrays and pointer arithmetic"
  (with-memory (a 40)
    (let ([p (make-ftype-pointer integer-32 a)])
      (do ([i 0 (+ i 1)]) ((= i 10)) (ftype-set! integer-32 () p i (* i i)))
      (map (lambda (i) (ftype-ref integer-32 () p i)) '(0 3 9))))
  => (0 9 81))
(test "ftype-&ref"
  (with-ftype (p mixed)
    (- (ftype-pointer-address (ftype-&ref mixed (d) p)) (ftype-pointer-address p)))
  => 8)
(test "ftype pointers"
  (with-ftype (p point)
    (list (ftype-pointer? p) (ftype-pointer? point p) (ftype-pointer? mixed p)
      (ftype-pointer=? p (make-ftype-pointer point (ftype-pointer-address p)))
      (ftype-pointer-null? p)))
  => (#t #t #f #t #f))
(test "ftype-pointer->sexpr and ftype"
  (with-ftype (p point)
    (ftype-set! point (x) p 1.0)
    (ftype-set! point (y) p 2.0)
    (list (ftype-pointer->sexpr p) (ftype-pointer-ftype p)))
  => ((struct [x 1.0] [y 2.0]) (struct [x double] [y double])))
(test "locked counters"
  (with-memory (a (foreign-sizeof 'iptr))
    (let ()
      (define-ftype counter iptr)
      (let ([p (make-ftype-pointer counter a)])
        (ftype-set! counter () p 1)
        (let* ([x (ftype-locked-incr! counter () p)]
               [y (ftype-ref counter () p)]
               [z (begin (ftype-locked-decr! counter () p) (ftype-locked-decr! counter () p))])
          (list x y z)))))
  => (#f 2 #t))
(test-error "an ftype-set! of the wrong type"
  (with-ftype (p point) (ftype-set! point (x) p (hidden 'a)))
  => "Exception in ftype-set!: invalid value a for type double")
(test "an ftype pointer of the wrong type"
  (with-ftype (p point) (guard (c [#t (condition-message c)]) (ftype-ref mixed (a) (hidden p))))
  => "ftype mismatch for ~s")
(test-error "an array index out of range"
  (with-ftype (p mixed) (ftype-ref mixed (e (hidden 3)) p))
  => "Exception in ftype-ref: invalid index 3 for #<ftd array>")
(test "a locked bytevector's address is its memory"
  (let ([b (make-bytevector 16 0)])
    (lock-object b)
    (let ([a (object->reference-address b)])
      (foreign-set! 'unsigned-8 a 3 99)
      (unlock-object b)
      (bytevector-u8-ref b 3)))
  => 99)

;; Shared objects: the C library's, by its loader's name for it.
(test "functions of a shared object"
  (begin
    (load-shared-object "libc.so.6")
    (load-shared-object "libm.so.6")
    (list ((foreign-procedure "atoi" (string) int) "1234")
      ((foreign-procedure "strlen" (u8*) size_t) (string->utf8 "hello\x0;"))
      ((foreign-procedure "pow" (double double) double) 2.0 10.0)
      (integer? ((foreign-procedure "getpid" () int)))))
  => (1234 5 1024.0 #t))
(test "a symbol of a shared object has an address and its name"
  (begin
    (load-shared-object "libm.so.6")
    (list (foreign-entry? "fmod") (foreign-address-name (foreign-entry "fmod")) (foreign-entry? "no such symbol")))
  => (#t "fmod" #f))
(test "data of a shared object"
  (begin
    (load-shared-object "libc.so.6")
    (fixnum? (foreign-ref 'int (foreign-entry "opterr") 0)))
  => #t)
(test "the program itself as a shared object"
  (begin (load-shared-object #f) ((foreign-procedure "labs" (long) long) -7)) => 7)
(test-error "a shared object that isn't there"
  (load-shared-object "./no-such-library.so")
  => "Exception: (while loading ./no-such-library.so) ./no-such-library.so: cannot open shared object file: No such file or directory")
(test "a foreign entry that was removed"
  (begin
    (remove-foreign-entry "(cs)Sinteger_value")
    (foreign-entry? "(cs)Sinteger_value"))
  => #f)
(test-error "a foreign entry to be removed that isn't there"
  (remove-foreign-entry "no such entry")
  => "Exception in remove-foreign-entry: no entry for \"no such entry\"")
(test-error "a call of an address that is not a function"
  ((foreign-procedure 4096 () int))
  => "Exception: found a call to address 0x1000, expected a kernel entry or a loaded function")

(test "integers of the host come back from Scheme's"
  (begin ((foreign-procedure "(cs)s_test_schlib" () void)) #t) => #t)
(test-error "code that C can call"
  (foreign-callable (lambda (x) x) (int) int)
  => "Exception in foreign-callable: not supported (libffi unavailable)")
(test "an address without code that C can call" (foreign-callable-code-object 12345) => #f)

;; The machine calls C functions by a fixed set of prototypes.
(test-error "a foreign procedure whose types are none of a prototype"
  ((foreign-procedure "(cs)s_oblist" (int double int) int) 1 2.0 3)
  => "Exception in foreign-procedure: protocol not supported (libffi unavailable)")

;; The number of the last error: C's errno, preserved while the machine does other things.
(define last-error (foreign-procedure "(cs)s_errno" () int))
(define (something-else) (collect) (make-string 1000000 #\a) (directory-list ".") (void))
(test "the error number of a C function stays until the next one"
  (let ([close (begin (load-shared-object "libc.so.6") (foreign-procedure "close" (int) int))]
        [location (foreign-procedure "__errno_location" () uptr)]
        [labs (foreign-procedure "labs" (long) long)])
    (let* ([result (close -1)] [first (begin (something-else) (last-error))])
      ;; A C function sees the number that the previous one left.
      (list result first (foreign-ref 'int (location) 0) (labs -5) (last-error))))
  => (-1 9 9 5 9))
(test "the error number of a kernel entry that failed, asked for its text or not"
  (begin
    (guard (c [#t #f]) (open-input-file "missing/file"))
    (something-else)
    (let* ([strerror (foreign-procedure "(cs)s_strerror" (int) scheme-object)]
           [ebadf (strerror 9)])
      (list (last-error) (string=? ebadf (strerror (last-error))))))
  => (2 #f))
