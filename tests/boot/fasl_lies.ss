;; fasl-read of files that lie: about other objects, or by claiming more parts than the bytes that are
;; left. Each raises a condition, when read from a file and when read from memory, and the heap stays
;; sound.

(define (number n)
  (let loop ([n (quotient n 128)] [bytes (list (modulo n 128))])
    (if (= n 0) bytes (loop (quotient n 128) (cons (+ 128 (modulo n 128)) bytes)))))
(define (fixnum n) (if (< n 0) (list 26 (+ 128 (* 2 (- n)))) (small n)))
(define (small n) ; below 64, or of two groups
  (if (< n 64) (list 26 (* 2 n)) (list 26 (+ 1 (* 2 (quotient n 128))) (* 2 (modulo n 128)))))
(define (symbol s) `(2 ,@(number (string-length s)) ,@(map char->integer (string->list s))))
(define base-type '(27))
(define (reference mark) `(18 ,mark))
(define (marked mark . object) `(17 ,mark ,@(apply append object)))
(define (vector-of . objects) `(4 ,@(number (length objects)) ,@(apply append objects)))
;; The releases after 9.5.9.8 write how many externals a graph has.
(define no-externals (if (equal? (scheme-version) "Chez Scheme Version 9.5.9.8") '() '(0)))
(define (graph . objects) `(16 8 ,@no-externals ,@(apply vector-of objects)))
(define (instance size type . fields)
  `(24 ,@(number size) ,@(number (length fields)) ,@type
    ,@(apply append (map (lambda (f) (cons 0 f)) fields))))
;; A record type with a graph mark: its ancestors without itself, and its list of fields.
(define (type mark own-type ancestors size mask . fields)
  (marked mark
    (instance 80 own-type (apply vector-of false (append ancestors (list (reference mark))))
      size mask (fixnum 0) (symbol "t") (apply list-of fields) (fixnum 0) (symbol "t") (fixnum 0))))
(define nothing '(12 38))
(define false '(12 6))
(define (list-of . objects)
  (if (null? objects) nothing `(7 ,@(number (length objects)) ,@(apply append objects) ,@nothing)))
(define (listed-field type byte)
  (vector-of (symbol "fld") (symbol "x") (fixnum 1) (symbol type) (fixnum (+ byte 1))))

(define (fasl-file object)
  (let-values ([(p get) (open-bytevector-output-port)])
    (fasl-write 1 p)
    (let* ([bytes (get)]
           [header (let loop ([i 8]) (if (= (bytevector-u8-ref bytes i) 41) (+ i 1) (loop (+ i 1))))]
           [start (make-bytevector header)])
      (bytevector-copy! bytes 0 start 0 header)
      (u8-list->bytevector
        (append (bytevector->u8-list start) '(37) (number (+ 2 (length object))) '(44 100) object)))))

(define (outcome thunk)
  (guard (c [(condition? c) 'refused]) (thunk)))
(define (refused? object)
  (let ([bytes (fasl-file object)] [name "fasl_lies.tmp"])
    (call-with-port (open-file-output-port name (file-options replace))
      (lambda (p) (put-bytevector p bytes)))
    (let* ([from-memory (outcome (lambda () (fasl-read (open-bytevector-input-port bytes))))]
           [from-file (outcome (lambda () (call-with-port (open-file-input-port name) fasl-read)))])
      (delete-file name)
      (collect 0 1)
      (collect 1 2)
      (list from-memory from-file))))

(test "such a file without a lie is read"
  (let ([read (refused? (graph (type 0 base-type '() (fixnum 16) (fixnum -1))
                          (instance 16 (reference 0) (fixnum 23))))])
    (map (lambda (v) (let ([r (vector-ref v 1)])
                       (and (record? r) (eq? (record-rtd r) (vector-ref v 0)) (vector-length v))))
      read))
  => (2 2))
(test "a record type that is smaller than a record type"
  (refused?
    (graph (type 0 base-type (list base-type) (fixnum 16) (fixnum -1))
      (marked 1 (instance 16 (reference 0) (fixnum 1)))
      (vector-of (fixnum -1) (fixnum 0) (fixnum 0) (fixnum 0) (fixnum 0) (fixnum 0) (fixnum 0) (fixnum 0))
      (instance 16 (reference 1) (fixnum 1))))
  => (refused refused))
(test "a record of another size than its type's"
  (refused? (graph (type 0 base-type '() (fixnum 48) (fixnum -1)) (instance 16 (reference 0) (fixnum 1))))
  => (refused refused))
(test "a record that is its own type"
  (refused? (graph (marked 0 (instance 16 (reference 0) (fixnum 1)))))
  => (refused refused))
(test "a type that changes its mind about references"
  (refused?
    (graph (type 0 base-type '() (fixnum 16)
             `(43 2 24 16 1 18 0 8 ,@(number 62) ,@(fixnum -1)))))
  => (refused refused))
(test "a record type with a mask that isn't one"
  (refused? (graph (type 0 base-type '() (fixnum 16) (fixnum -2))))
  => (refused refused))
;; References in the bytes 8 to 15 and 24 to 31 alone.
(define (type-with-fields . fields) (graph (apply type 0 base-type '() (fixnum 32) (fixnum 10) fields)))
(test "a record type with fields of all kinds, inside of its records"
  (map (lambda (read) (record-type-descriptor? (vector-ref read 0)))
    (refused?
      (type-with-fields (listed-field "scheme-object" 8) (listed-field "integer-8" 16)
        (listed-field "unsigned-16" 18) (listed-field "int" 20) (listed-field "fixnum" 16)
        (listed-field "double-float" 16) (listed-field "ptr" 24))))
  => (#t #t))
(test "a record type with fields outside of its records, or of another kind than theirs"
  (map (lambda (field) (refused? (type-with-fields field)))
    (list (listed-field "scheme-object" 32) (listed-field "scheme-object" 0) (listed-field "scheme-object" -8)
      (listed-field "scheme-object" 16) (listed-field "scheme-object" 12) (listed-field "integer-64" 28)
      (listed-field "integer-32" 8) (listed-field "integer-64" 20) (listed-field "integer-8" 32)
      (listed-field "double-float" 800) (fixnum 8) (vector-of (symbol "fld"))))
  => ((refused refused) (refused refused) (refused refused) (refused refused) (refused refused)
      (refused refused) (refused refused) (refused refused) (refused refused) (refused refused)
      (refused refused) (refused refused)))
(test "a record type with a list of fields without end"
  (refused?
    (graph (marked 1 `(7 1 ,@(listed-field "scheme-object" 8) ,@(reference 1)))
      (marked 0
        (instance 80 base-type (vector-of false (reference 0)) (fixnum 16) (fixnum -1) (fixnum 0)
          (symbol "t") (reference 1) (fixnum 0) (symbol "t") (fixnum 0)))))
  => (refused refused))
(test "a record type without its parent's fields"
  (refused?
    (graph (type 0 base-type '() (fixnum 16) (fixnum -1) (listed-field "scheme-object" 8))
      (type 1 base-type (list (reference 0)) (fixnum 16) (fixnum -1))))
  => (refused refused))
(test "a record type with ancestors that are none"
  (map (lambda (ancestor) (refused? (graph (type 0 base-type (list ancestor) (fixnum 16) (fixnum -1)))))
    (list (fixnum 5) (symbol "t") (vector-of)))
  => ((refused refused) (refused refused) (refused refused)))
(test "a closure over code with free variables"
  (refused? `(6 65 11 0 100 0 ,@(fixnum 0) ,@(fixnum 0) ,@(fixnum 0) 12 38 0))
  => (refused refused))
(test "a ratnum that can't be divided"
  (refused? `(3 ,@(fixnum 1) ,@(fixnum 0)))
  => (refused refused))

;; Each floor is an object's first bytes; after the last one come as many bytes as one floor claims parts.
(define (tower floor)
  (append (apply append (make-list 4000 floor)) (make-list 20000 27)))
(test "towers of vectors, tables, code, records and graphs that claim many parts"
  (map (lambda (floor)
         (let ([object (tower floor)])
           (collect)
           (reset-maximum-memory-bytes!)
           (let* ([before (current-memory-bytes)] [outcome (refused? object)])
             (list outcome (< (- (maximum-memory-bytes) before) 100000000)))))
    `((4 ,@(number 20000))
      (38 ,@(number 20000))
      (7 ,@(number 20000))
      (11 0 0 ,@(number 20000))
      (24 ,@(number 400000) ,@(number 20000))
      (32 1 0 8 ,@(number 65536) ,@(number 20000))
      (16 ,@(number 20000) ,@no-externals)))
  => (((refused refused) #t) ((refused refused) #t) ((refused refused) #t) ((refused refused) #t)
      ((refused refused) #t) ((refused refused) #t) ((refused refused) #t)))
