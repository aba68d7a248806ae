;; Binary ports: bytevector ports, binary files, their positions and lengths, buffers, and custom
;; ports of both kinds, whose procedures are Scheme.

(define (list-of-bytes get) (bytevector->u8-list get))
(define (bytes-of file)
  (bytevector->u8-list (let ([b (call-with-port (open-file-input-port file) get-bytevector-all)])
                         (if (eof-object? b) #vu8() b))))

(test "get-u8 and lookahead-u8"
  (let ([p (open-bytevector-input-port #vu8(1 2))])
    (let* ([a (lookahead-u8 p)] [b (get-u8 p)] [c (get-u8 p)] [d (get-u8 p)])
      (list a b c (eof-object? d))))
  => (1 1 2 #t))
(test "unget-u8"
  (let ([p (open-bytevector-input-port #vu8(1 2))])
    (let ([b (get-u8 p)]) (unget-u8 p b) (list (get-u8 p) (get-u8 p))))
  => (1 2))
(test "get-bytevector-n"
  (let ([p (open-bytevector-input-port #vu8(1 2 3 4 5))])
    (let* ([a (get-bytevector-n p 2)] [b (get-bytevector-n p 10)] [c (get-bytevector-n p 1)])
      (list a b (eof-object? c))))
  => (#vu8(1 2) #vu8(3 4 5) #t))
(test "get-bytevector-n!"
  (let ([p (open-bytevector-input-port #vu8(1 2 3))] [b (make-bytevector 5 0)])
    (let ([n (get-bytevector-n! p b 1 4)]) (list n b)))
  => (3 #vu8(0 1 2 3 0)))
(test "get-bytevector-some and all"
  (let ([p (open-bytevector-input-port #vu8(9 8 7))])
    (list (get-bytevector-some p) (eof-object? (get-bytevector-all p))))
  => (#vu8(9 8 7) #t))
(test "an output bytevector port"
  (let-values ([(p get) (open-bytevector-output-port)])
    (put-u8 p 1)
    (put-bytevector p #vu8(2 3))
    (put-bytevector p #vu8(4 5 6 7) 1 2)
    (let* ([a (get)] [b (get)]) (list a b)))
  => (#vu8(1 2 3 5 6) #vu8()))
(test "call-with-bytevector-output-port"
  (call-with-bytevector-output-port (lambda (p) (put-u8 p 255))) => #vu8(255))
(test "call-with-bytevector-output-port with a transcoder"
  (call-with-bytevector-output-port (lambda (p) (put-string p "\xe9;"))
    (make-transcoder (utf-8-codec)))
  => #vu8(195 169))
(test "a hundred thousand bytes through a port"
  (let-values ([(p get) (open-bytevector-output-port)])
    (do ([i 0 (+ i 1)]) ((= i 100000)) (put-u8 p (fxand i 255)))
    (let ([b (get)]) (list (bytevector-length b) (bytevector-u8-ref b 99999))))
  => (100000 159))
(test "positions of bytevector ports"
  (let ([p (open-bytevector-input-port #vu8(0 1 2 3 4 5))])
    (get-u8 p)
    (let ([a (port-position p)])
      (set-port-position! p 4)
      (list a (get-u8 p) (port-position p) (port-length p))))
  => (1 4 5 6))
(test "set-port-length! of an output port"
  (let-values ([(p get) (open-bytevector-output-port)])
    (put-bytevector p #vu8(1 2 3 4))
    (set-port-length! p 2)
    (set-port-position! p 2)
    (put-u8 p 9)
    (get))
  => #vu8(1 2 9))
(test "a binary file"
  (begin
    (call-with-port (open-file-output-port "a.bin")
      (lambda (p) (put-bytevector p #vu8(0 10 13 255))))
    (bytes-of "a.bin"))
  => (0 10 13 255))
(test-error "no-fail absent"
  (begin (close-port (open-file-output-port "twice.bin")) (open-file-output-port "twice.bin"))
  => "Exception in open-file-output-port: failed for twice.bin: file exists")
(test "no-create on a missing file"
  (guard (c [(i/o-file-does-not-exist-error? c) (i/o-error-filename c)])
    (open-file-output-port "missing.bin" (file-options no-create)))
  => "missing.bin")
(test "no-truncate"
  (begin
    (call-with-port (open-file-output-port "nt.bin" (file-options no-fail))
      (lambda (p) (put-bytevector p #vu8(1 2 3 4))))
    (call-with-port (open-file-output-port "nt.bin" (file-options no-fail no-truncate))
      (lambda (p) (put-u8 p 9)))
    (bytes-of "nt.bin"))
  => (9 2 3 4))
(test "append"
  (begin
    (call-with-port (open-file-output-port "ap.bin" (file-options no-fail))
      (lambda (p) (put-bytevector p #vu8(1 2))))
    (call-with-port (open-file-output-port "ap.bin" (file-options no-fail no-truncate append))
      (lambda (p) (put-u8 p 3)))
    (bytes-of "ap.bin"))
  => (1 2 3))
(test "replace"
  (begin
    (call-with-port (open-file-output-port "rp.bin" (file-options no-fail))
      (lambda (p) (put-bytevector p #vu8(1 2))))
    (call-with-port (open-file-output-port "rp.bin" (file-options replace))
      (lambda (p) (put-u8 p 7)))
    (bytes-of "rp.bin"))
  => (7))
(test "an unbuffered binary port writes at once"
  (let ([p (open-file-output-port "ub.bin" (file-options no-fail) (buffer-mode none))])
    (put-bytevector p #vu8(5 6))
    (let ([b (bytes-of "ub.bin")]) (close-port p) b))
  => (5 6))
(test "flush-output-port"
  (let ([p (open-file-output-port "fl.bin" (file-options no-fail))])
    (put-u8 p 5)
    (let ([before (bytes-of "fl.bin")])
      (flush-output-port p)
      (let ([after (bytes-of "fl.bin")]) (close-port p) (list before after))))
  => (() (5)))
(test "an input/output binary file"
  (let ([p (open-file-input/output-port "io.bin" (file-options no-fail))])
    (put-bytevector p #vu8(1 2 3 4))
    (set-port-position! p 1)
    (let ([a (get-u8 p)])
      (put-u8 p 99)
      (set-port-position! p 0)
      (let ([all (get-bytevector-all p)]) (close-port p) (list a all))))
  => (2 #vu8(1 2 99 4)))
(test "port-length and set-port-length! of a file"
  (let ([p (open-file-output-port "ln.bin" (file-options no-fail))])
    (put-bytevector p (make-bytevector 100 7))
    (flush-output-port p)
    (let ([n (port-length p)])
      (set-port-length! p 3)
      (close-port p)
      (list n (length (bytes-of "ln.bin")))))
  => (100 3))
(test "file-length and truncate-file"
  (let ([p (open-file-input/output-port "tr.bin" (file-options no-fail))])
    (put-bytevector p (make-bytevector 50 1))
    (let ([n (file-length p)])
      (truncate-file p 10)
      (let ([m (file-length p)]) (close-port p) (list n m))))
  => (50 10))
(test "a big file in pieces"
  (begin
    (call-with-port (open-file-output-port "big.bin" (file-options no-fail))
      (lambda (p)
        (let ([b (make-bytevector 4096)])
          (do ([i 0 (+ i 1)]) ((= i 256)) (bytevector-fill! b i) (put-bytevector p b)))))
    (call-with-port (open-file-input-port "big.bin")
      (lambda (p)
        (let loop ([n 0] [s 0])
          (let ([b (get-bytevector-n p 10000)])
            (if (eof-object? b)
              (list n s)
              (loop (+ n (bytevector-length b)) (+ s (bytevector-u8-ref b 0)))))))))
  => (1048576 13278))
(test "seeking in a big file"
  (call-with-port (open-file-input-port "big.bin")
    (lambda (p)
      (map (lambda (at) (set-port-position! p at) (get-u8 p)) '(0 1048575 4096 8191 500000))))
  => (0 255 1 1 122))
(test "port-file-descriptor"
  (let ([p (open-file-input-port "big.bin")])
    (let ([fd (port-file-descriptor p)]) (close-port p) (and (fixnum? fd) (> fd 2))))
  => #t)
(test "file-port?"
  (let ([p (open-file-input-port "big.bin")])
    (let ([r (list (file-port? p) (file-port? (open-bytevector-input-port #vu8())))])
      (close-port p)
      r))
  => (#t #f))
(test "ports support what they say"
  (let ([p (open-bytevector-input-port #vu8(1))])
    (list (port-has-port-position? p) (port-has-set-port-position!? p) (port-has-port-length? p)
      (port-has-set-port-length!? p)))
  => (#t #t #t #f))
(test "buffers of binary ports"
  (let ([p (open-bytevector-input-port #vu8(1 2 3))])
    (get-u8 p)
    (list (binary-port-input-index p) (binary-port-input-size p) (binary-port-input-count p)
      (binary-port-input-buffer p)))
  => (1 3 2 #vu8(1 2 3)))
(test "port-input-empty? and port-output-full?"
  (list (port-input-empty? (open-bytevector-input-port #vu8()))
    (let-values ([(p get) (open-bytevector-output-port)]) (port-output-full? p)))
  => (#t #t))
(test "file-buffer-size"
  (parameterize ([file-buffer-size 16])
    (call-with-port (open-file-input-port "big.bin")
      (lambda (p) (get-u8 p) (bytevector-length (binary-port-input-buffer p)))))
  => 16)
(test-error "reading a directory"
  (get-u8 (open-file-input-port "."))
  => "Exception in get-u8: failed on #<binary input port .>: is a directory")
(test-error "a byte out of range"
  (let-values ([(p get) (open-bytevector-output-port)]) (put-u8 p (hidden 256)))
  => "Exception in put-u8: 256 is not an octet")

(test "a custom binary input port"
  (let* ([n 0]
         [p (make-custom-binary-input-port "count"
              (lambda (bv start count)
                (let loop ([i 0])
                  (if (or (= i count) (= n 10))
                    i
                    (begin (bytevector-u8-set! bv (+ start i) n) (set! n (+ n 1)) (loop (+ i 1))))))
              #f #f #f)])
    (list-of-bytes (get-bytevector-all p)))
  => (0 1 2 3 4 5 6 7 8 9))
(test "a custom port that gives one byte at a time"
  (let* ([n 0]
         [p (make-custom-binary-input-port "slow"
              (lambda (bv start count)
                (if (= n 5) 0 (begin (bytevector-u8-set! bv start n) (set! n (+ n 1)) 1)))
              #f #f #f)])
    (let* ([a (get-bytevector-n p 3)] [b (get-bytevector-n p 3)]) (list a b)))
  => (#vu8(0 1 2) #vu8(3 4)))
(test "a custom binary output port"
  (let* ([got '()]
         [closed #f]
         [p (make-custom-binary-output-port "sink"
              (lambda (bv start count)
                (set! got
                  (append got (map (lambda (i) (bytevector-u8-ref bv (+ start i))) (iota count))))
                count)
              #f #f (lambda () (set! closed #t)))])
    (put-u8 p 1)
    (put-bytevector p #vu8(2 3))
    (flush-output-port p)
    (put-u8 p 4)
    (close-port p)
    (list got closed))
  => ((1 2 3 4) #t))
(test "a custom port's position"
  (let* ([pos 0]
         [p (make-custom-binary-input-port "seek"
              (lambda (bv start count)
                (let ([m (min count (- 100 pos))])
                  (do ([i 0 (+ i 1)]) ((= i m)) (bytevector-u8-set! bv (+ start i) (+ pos i)))
                  (set! pos (+ pos m))
                  m))
              (lambda () pos) (lambda (to) (set! pos to)) #f)])
    (get-u8 p)
    (let ([a (port-position p)])
      (set-port-position! p 50)
      (let* ([b (get-u8 p)] [c (port-position p)]) (list a b c))))
  => (1 50 51))
(test "a custom binary input/output port"
  (let* ([last #f]
         [p (make-custom-binary-input/output-port "both"
              (lambda (bv start count) (bytevector-u8-set! bv start 42) 1)
              (lambda (bv start count) (set! last (bytevector-u8-ref bv start)) count) #f #f #f)])
    (let ([a (get-u8 p)]) (put-u8 p 7) (flush-output-port p) (list a last)))
  => (42 7))
(test "a custom textual input port"
  (let* ([s "hello"]
         [n 0]
         [p (make-custom-textual-input-port "text"
              (lambda (str start count)
                (let ([m (min count (- 5 n))]) (string-copy! s n str start m) (set! n (+ n m)) m))
              #f #f #f)])
    (get-string-all p))
  => "hello")
(test "a custom textual output port"
  (let* ([got ""]
         [p (make-custom-textual-output-port "text"
              (lambda (str start count)
                (set! got (string-append got (string-upcase (substring str start (+ start count)))))
                count)
              #f #f #f)])
    (display '(a "b") p)
    (flush-output-port p)
    got)
  => "(A B)")
(test "a custom textual port as the current output"
  (let* ([n 0]
         [p (make-custom-textual-output-port "count"
              (lambda (str start count) (set! n (+ n count)) count) #f #f #f)])
    (parameterize ([current-output-port p]) (display "12345") (flush-output-port))
    n)
  => 5)
(test "transcoding a custom binary port"
  (let* ([b (string->utf8 "\x3bb;x\n")]
         [n 0]
         [p (make-custom-binary-input-port "u"
              (lambda (bv start count)
                (if (= n (bytevector-length b))
                  0
                  (begin (bytevector-u8-set! bv start (bytevector-u8-ref b n)) (set! n (+ n 1)) 1)))
              #f #f #f)])
    (get-string-all (transcoded-port p (make-transcoder (utf-8-codec)))))
  => "\x3bb;x\n")
(test "an error inside a custom port is caught outside"
  (let ([p (make-custom-binary-input-port "bad" (lambda (bv start count) (raise 'broken)) #f #f
             #f)])
    (guard (c [(symbol? c) c]) (get-u8 p)))
  => broken)
(test-error "a custom port that lies"
  (let ([p (make-custom-binary-input-port "liar" (lambda (bv start count) (+ count 1)) #f #f #f)])
    (get-u8 p))
  => "Exception in get-u8: invalid result 129 from read! on #<binary input port liar>")
(test "make-input-port of Chez"
  (let* ([s '(#\a #\b)]
         [p (make-input-port
              (lambda args
                (if (eq? (car args) 'read-char)
                  (if (null? s) #!eof (let ([c (car s)]) (set! s (cdr s)) c))
                  'other))
              "")])
    (let* ([a (read-char p)] [b (read-char p)] [c (read-char p)]) (list a b (eof-object? c))))
  => (#\a #\b #t))
(test "a generator behind a port, by continuations"
  (let* ([return #f]
         [resume #f]
         [next (lambda ()
                 (call/cc
                   (lambda (r)
                     (set! return r)
                     (if resume
                       (resume #f)
                       (let loop ([i 0])
                         (call/cc (lambda (k) (set! resume k) (return i)))
                         (loop (+ i 1)))))))]
         [p (make-custom-binary-input-port "gen"
              (lambda (bv start count) (bytevector-u8-set! bv start (next)) 1) #f #f #f)])
    (get-bytevector-n p 5))
  => #vu8(0 1 2 3 4))
(test "standard ports are binary"
  (map binary-port? (list (standard-input-port) (standard-output-port) (standard-error-port)))
  => (#t #t #t))
(test "standard ports with a transcoder"
  (textual-port? (standard-output-port (buffer-mode block) (native-transcoder))) => #t)
(test "bytevector-compress and back"
  (let ([b (make-bytevector 10000 7)])
    (let ([c (bytevector-compress b)])
      (list (< (bytevector-length c) 300) (bytevector=? b (bytevector-uncompress c)))))
  => (#t #t))
(test "bytevector-compress in both formats"
  (let ([b (apply bytevector (map (lambda (i) (modulo (* i i) 256)) (iota 5000)))])
    (map
      (lambda (f)
        (parameterize ([compress-format f])
          (bytevector=? b (bytevector-uncompress (bytevector-compress b)))))
      '(lz4 gzip)))
  => (#t #t))
(test "compressed levels"
  (let ([b (make-bytevector 5000 65)])
    (map
      (lambda (l)
        (parameterize ([compress-level l])
          (bytevector=? b (bytevector-uncompress (bytevector-compress b)))))
      '(minimum low medium high maximum)))
  => (#t #t #t #t #t))
(test "a compressed file by file options"
  (map
    (lambda (f)
      (parameterize ([compress-format f])
        (call-with-port (open-file-output-port "z.bin" (file-options no-fail compressed))
          (lambda (p) (put-bytevector p (make-bytevector 100000 3))))
        (list (< (length (bytes-of "z.bin")) 5000)
          (let ([b (call-with-port (open-file-input-port "z.bin" (file-options compressed))
                     get-bytevector-all)])
            (list (bytevector-length b) (bytevector-u8-ref b 99999))))))
    '(lz4 gzip))
  => ((#t (100000 3)) (#t (100000 3))))
(test "a compressed text file"
  (begin
    (call-with-output-file "z.txt"
      (lambda (p) (do ([i 0 (+ i 1)]) ((= i 1000)) (write i p) (newline p))) '(compressed replace))
    (call-with-port (open-input-file "z.txt" 'compressed)
      (lambda (p) (let loop ([s 0]) (let ([x (read p)]) (if (eof-object? x) s (loop (+ s x))))))))
  => 499500)
(test "an uncompressed file opened as compressed"
  (begin
    (call-with-output-file "plain.txt" (lambda (p) (display "plain" p)) 'replace)
    (call-with-port (open-input-file "plain.txt" 'compressed) get-string-all))
  => "plain")
(test "gzip's magic number"
  (parameterize ([compress-format 'gzip])
    (call-with-port (open-file-output-port "g.gz" (file-options no-fail compressed))
      (lambda (p) (put-bytevector p #vu8(1 2 3))))
    (list-head (bytes-of "g.gz") 2))
  => (31 139))
(test "LZ4's magic number"
  (parameterize ([compress-format 'lz4])
    (call-with-port (open-file-output-port "l.lz4" (file-options no-fail compressed))
      (lambda (p) (put-bytevector p #vu8(1 2 3))))
    (list-head (bytes-of "l.lz4") 4))
  => (4 34 77 24))
(test-error "bad compressed data"
  (let ([c (bytevector-compress (make-bytevector 1000 1))])
    (do ([i 8 (+ i 1)]) ((= i (bytevector-length c)) (bytevector-uncompress c))
      (bytevector-u8-set! c i 255)))
  => "Exception in bytevector-uncompress: internal error uncompressing #vu8(0 0 0 0 0 0 ...)")
