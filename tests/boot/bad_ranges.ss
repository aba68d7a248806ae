;; The kernel's entries that take indices, sizes, ranges or generations, called with invalid numbers: each
;; call raises a condition, and the machine goes on. (The image's own procedures check most of them first,
;; but a program may call the entries itself.)

(define (try entry arguments)
  (call/cc
    (lambda (k)
      (with-exception-handler
        (lambda (c)
          (k (cond
               [(not (condition? c)) 'something-else]
               [(string=? (condition-message c) "protocol not supported (libffi unavailable)")
                'not-called]
               [else 'condition])))
        (lambda () (apply entry arguments) 'returned)))))
(define (replace l place x)
  (if (= place 0) (cons x (cdr l)) (cons (car l) (replace (cdr l) (- place 1) x))))

;; The calls with a bad number as one of the arguments in `places` that don't raise a condition: lists of
;; the outcome, the place and the number.
(define (accepted entry arguments places bad)
  (define (outcome place x) (try entry (replace arguments place x)))
  (apply append
    (map (lambda (place)
           (apply append
             (map (lambda (x)
                    (let ([o (outcome place x)]) (if (eq? o 'condition) '() (list (list o place x)))))
               bad)))
      places)))
;; The same, after checking that the call with the original arguments returns.
(define (refuses entry arguments places bad)
  (cons (try entry arguments) (accepted entry arguments places bad)))

(define huge (greatest-fixnum))
(define bad (list -1 4096 (- huge) huge))  ; a little outside of everything that is used here, and far
(define bad-sizes (list -1 (- huge) huge))

(test "symbols: lengths"
  (list
    (refuses (foreign-procedure "(cs)s_intern2" (scheme-object scheme-object) scheme-object)
      '("abcdef" 3) '(1) bad)
    (refuses
      (foreign-procedure "(cs)s_intern3" (scheme-object scheme-object scheme-object) scheme-object)
      (list "abcdef" 3 5) '(1 2) bad))
  => ((returned) (returned)))
(test-error "symbols: two lengths in the wrong order"
  ((foreign-procedure "(cs)s_intern3" (scheme-object scheme-object scheme-object) scheme-object)
   "abcdef" 5 3)
  => "Exception: invalid start 5 and end 3 for \"abcdef\"")
(test "symbols: names that are no strings"
  (map (lambda (entry) (refuses entry '("a name") '(0) '(5 #f (a) #\a)))
    (list (foreign-procedure "(cs)s_intern" (scheme-object) scheme-object)
      (foreign-procedure "(cs)symbol_hash32" (scheme-object) integer-32)
      (foreign-procedure "(cs)symbol_hash64" (scheme-object) integer-64)
      (foreign-procedure "(cs)s_uninterned" (scheme-object) scheme-object)))
  => ((returned) (returned) (returned) (returned)))
(test "symbols: gensyms of what is none"
  (accepted (foreign-procedure "(cs)s_intern_gensym" (scheme-object scheme-object) void)
    (list (gensym) (cons "unique" "pretty")) '(0 1) '(5 #f (a)))
  => ())

;; A code object of 64 bytes without relocations.
(define (make-code)
  (with-interrupts-disabled
    (let ([code ((foreign-procedure "(cs)s_make_code"
                   (iptr iptr scheme-object scheme-object iptr scheme-object scheme-object)
                   scheme-object)
                 0 0 "made here" 1 64 #f '())])
      ((foreign-procedure "(cs)s_make_reloc_table" (scheme-object scheme-object) scheme-object) code 0)
      code)))
(define first-byte 65)  ; its offset from a reference to the object
(define-syntax code-setter
  (syntax-rules ()
    [(_ name)
     (let ([set (foreign-procedure name (scheme-object scheme-object scheme-object) scheme-object)])
       (lambda (offset x) (set (make-code) offset x)))]))
(test "code: offsets of bytes, words and so on"
  (map (lambda (set size)
         (refuses set (list (+ first-byte (- 64 size)) 0) '(0)
           (cons* 0 (- first-byte 1) (+ first-byte (- 65 size)) bad)))
    (list (code-setter "(cs)s_set_code_byte") (code-setter "(cs)s_set_code_word")
      (code-setter "(cs)s_set_code_long") (code-setter "(cs)s_set_code_quad"))
    '(1 2 4 8))
  => ((returned) (returned) (returned) (returned)))
(test "code: sizes of code, of closures and of relocation tables"
  (list
    (refuses
      (foreign-procedure "(cs)s_make_code"
        (iptr iptr scheme-object scheme-object iptr scheme-object scheme-object) scheme-object)
      '(0 0 "made here" 1 64 #f ()) '(1 4) bad-sizes)
    (accepted
      (foreign-procedure "(cs)s_make_reloc_table" (scheme-object scheme-object) scheme-object)
      (list (make-code) 0) '(1) bad-sizes)
    (refuses (foreign-procedure "(cs)s_make_closure" (scheme-object scheme-object) scheme-object)
      (list first-byte (make-code)) '(0) (cons* 0 66 bad)))
  => ((returned) () (returned)))
(test "code: indices of relocations, of library entries and of C entries"
  (list
    (accepted
      (foreign-procedure "(cs)s_set_reloc" (scheme-object scheme-object scheme-object) scheme-object)
      (list (make-code) 0 0) '(1) (cons 0 bad))
    (accepted (foreign-procedure "(cs)get_code_obj" (int scheme-object iptr iptr) scheme-object)
      (list 0 (make-code) 0 0) '(2) (cons* 0 (+ first-byte 57) bad))
    (refuses (foreign-procedure "(cs)lookup_library_entry" (fixnum boolean) scheme-object)
      '(0 #f) '(0) bad)
    (refuses (foreign-procedure "(cs)lookup_c_entry" (iptr) uptr) '(0) '(0) bad))
  => (() () (returned) (returned)))
(test "code: objects for relocations that it doesn't have"
  (let ([code (#%$closure-code (eval '(lambda () (hidden '(a b)))))])
    (accepted (foreign-procedure "(cs)link_code_object" (scheme-object scheme-object) void)
      (list code '()) '(1) '(() 5)))
  => ())

(test "memory: lengths"
  (list
    (refuses (foreign-procedure "(cs)make_immobile_vector" (uptr scheme-object) void)
      '(3 #f) '(0) bad-sizes)
    (refuses (foreign-procedure "(cs)make_immobile_bytevector" (uptr) void) '(3) '(0) bad-sizes)
    (refuses (foreign-procedure "(cs)s_make_reference_bytevector" (uptr) void) '(8) '(0) bad-sizes)
    (refuses (foreign-procedure "(cs)s_make_immobile_reference_bytevector" (uptr) void)
      '(8) '(0) bad-sizes)
    (refuses (foreign-procedure "(cs)phantom_bytevector_adjust" (scheme-object uptr) void)
      (list (make-phantom-bytevector 8) 16) '(1) '(-1 -4096))
    (accepted (foreign-procedure "(cs)phantom_bytevector_adjust" (scheme-object uptr) void)
      '(0 16) '(0) (list 5 (bytevector 1 2 3)))
    (accepted (foreign-procedure "(cs)malloc" (iptr) uptr) '(0) '(0) bad-sizes))
  => ((returned) (returned) (returned) (returned) (returned) () ()))
(test "memory: an index in a reference bytevector"
  (refuses (foreign-procedure "(cs)s_bytevector_reference_star_ref" (scheme-object uptr) void)
    (list (make-reference-bytevector 16) 8) '(1) (cons* 9 16 bad))
  => (returned))

(test "collector: generations"
  (list
    (refuses (foreign-procedure "(cs)do_gc" (int int int scheme-object) scheme-object)
      '(0 0 1 #f) '(0 1 2) '(-1 8 1000))
    (refuses (foreign-procedure "(cs)count_size_increments" (scheme-object int) scheme-object)
      '((a) 0) '(1) '(-1 8 1000))
    (accepted (foreign-procedure "(cs)set_maxgen" (int) void) '(0) '(0) '(-1 7 1000))
    (accepted (foreign-procedure "(cs)set_minfreegen" (int) void) '(0) '(0) '(-1 7 1000))
    (accepted (foreign-procedure "(cs)set_minmarkgen" (int) void) '(0) '(0) '(-1 7 1000)))
  => ((returned) (returned) () () ()))
(test "collector: bytes between collections"
  (accepted (foreign-procedure "(cs)s_set_collect_trip_bytes" (scheme-object) void)
    '(0) '(0) (list 0 -1 (- huge) (* 16 huge) 1.5))
  => ())

(define five-bytes (bytevector 1 2 3 4 5))
(test "bytevectors: a part of one"
  (list
    (accepted
      (foreign-procedure "(cs)bytevector_read" (scheme-object scheme-object iptr iptr boolean) scheme-object)
      (list 0 five-bytes 0 0 #f) '(2 3) bad)
    (accepted
      (foreign-procedure "(cs)bytevector_write" (scheme-object scheme-object iptr iptr boolean) scheme-object)
      (list 1 five-bytes 0 0 #f) '(2 3) bad)
    (refuses
      (foreign-procedure "(cs)bytevector_compress"
        (scheme-object iptr iptr scheme-object iptr iptr int) scheme-object)
      (list (make-bytevector 64) 0 64 five-bytes 0 5 1) '(1 2 4 5 6) bad)
    (accepted
      (foreign-procedure "(cs)bytevector_uncompress"
        (scheme-object iptr iptr scheme-object iptr iptr int) scheme-object)
      (list (make-bytevector 64) 0 64 five-bytes 0 5 1) '(1 2 4 5 6) bad)
    (accepted
      (foreign-procedure "(cs)bv_fasl_read"
        (scheme-object int uptr uptr scheme-object scheme-object) scheme-object)
      (list five-bytes 101 0 5 "five bytes" '#()) '(1 2 3) bad))
  => (() () (returned) () ()))

(define thousand-bits (- (expt 2 1000) 1))
(test "integers: bits that no memory can hold"
  (list
    (refuses (foreign-procedure "(cs)logbit1" (scheme-object scheme-object) void)
      (list 2000 thousand-bits) '(0) bad-sizes)
    (refuses (foreign-procedure "(cs)s_ash" (scheme-object scheme-object) void)
      (list thousand-bits 3) '(1) (list huge (+ huge 1) 1.5 #f)))
  => ((returned) (returned)))
(test "integers: fields and shifts past an end"
  (let ([field (foreign-procedure "(cs)s_big_positive_bit_field"
                 (scheme-object scheme-object scheme-object) scheme-object)]
        [shift (foreign-procedure "(cs)s_ash" (scheme-object scheme-object) scheme-object)])
    (list (field thousand-bits 990 huge) (field thousand-bits huge 990) (field thousand-bits 1000 1001)
      (shift thousand-bits (- huge)) (shift (- thousand-bits) (- huge))))
  => (1023 0 0 0 -1))
(test "random numbers: limits"
  (list
    (refuses (foreign-procedure "(cs)s_fxrandom" (scheme-object) void) '(5) '(0) '(0 -1))
    (refuses
      (foreign-procedure "(cs)s_random_state_next_integer" (scheme-object uptr) void)
      (list (make-pseudo-random-generator) 5) '(1) (list 0 -1 4294967088)))
  => ((returned) (returned)))

(test "signals: numbers"
  (accepted (foreign-procedure "(cs)register_scheme_signal" (iptr) void) '(0) '(0)
    (list (+ 2 (expt 2 32)) (- 2 (expt 2 32)) huge))
  => ())
