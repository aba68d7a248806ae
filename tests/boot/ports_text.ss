;; Textual ports: string ports, textual file ports, reading and writing data, port positions,
;; transcoders, line endings and encoding errors.

(define (text-of file) (call-with-input-file file get-string-all))
(define (bytes-of file) (call-with-port (open-file-input-port file) get-bytevector-all))
(define (write-bytes file bytes)
  (call-with-port (open-file-output-port file (file-options no-fail))
    (lambda (p) (put-bytevector p bytes))))

(test "reading characters"
  (let ([p (open-input-string "ab")])
    (let* ([a (read-char p)] [b (peek-char p)] [c (read-char p)] [d (read-char p)])
      (list a b c (eof-object? d))))
  => (#\a #\b #\b #t))
(test "unread-char"
  (let ([p (open-input-string "xy")])
    (let ([c (read-char p)]) (unread-char c p) (list (read-char p) (read-char p))))
  => (#\x #\y))
(test "an output string port"
  (let ([p (open-output-string)]) (write 'a p) (display " b" p) (newline p) (get-output-string p))
  => "a b\n")
(test "get-output-string empties"
  (let ([p (open-output-string)])
    (display "x" p)
    (let* ([a (get-output-string p)] [b (get-output-string p)]) (list a b)))
  => ("x" ""))
(test "with-output-to-string"
  (with-output-to-string (lambda () (display '(1 "two" #\3)))) => "(1 two 3)")
(test "with-input-from-string"
  (with-input-from-string "1 (2)"
    (lambda () (let* ([a (read)] [b (read)]) (list a b (eof-object? (read))))))
  => (1 (2) #t))
(test "call-with-string-output-port"
  (call-with-string-output-port (lambda (p) (put-string p "hello" 1 3))) => "ell")
(test "open-string-output-port"
  (let-values ([(p get) (open-string-output-port)]) (put-char p #\q) (put-datum p '("s" #\c)) (get))
  => "q(\"s\" #\\c)")
(test "get-line, get-char, get-string-n"
  (let ([p (open-string-input-port "one\ntwo\nthree")])
    (let* ([a (get-line p)]
           [b (get-char p)]
           [c (get-string-n p 2)]
           [d (get-line p)]
           [e (get-string-n p 100)]
           [f (get-line p)])
      (list a b c d e (eof-object? f))))
  => ("one" #\t "wo" "" "three" #t))
(test "get-string-all and lookahead-char"
  (let ([p (open-string-input-port "abc")])
    (let* ([a (lookahead-char p)] [b (get-string-all p)] [c (get-string-all p)])
      (list a b (eof-object? c))))
  => (#\a "abc" #t))
(test "get-string-n! into the middle"
  (let ([p (open-string-input-port "abcdef")] [s (make-string 6 #\-)])
    (let ([n (get-string-n! p s 2 3)]) (list n s)))
  => (3 "--abc-"))
(test "get-string-some" (get-string-some (open-string-input-port "abc")) => "abc")
(test "get-datum"
  (let ([p (open-string-input-port "(a . b) #(1 2) \"x\" #\\space")])
    (let* ([a (get-datum p)] [b (get-datum p)] [c (get-datum p)] [d (get-datum p)]) (list a b c d)))
  => ((a . b) #(1 2) "x" #\space))
(test "char-ready?" (char-ready? (open-input-string "a")) => #t)
(test "port-eof?"
  (list (port-eof? (open-input-string "")) (port-eof? (open-input-string "a"))) => (#t #f))
(test "port predicates"
  (let ([i (open-input-string "")] [o (open-output-string)])
    (list (input-port? i) (output-port? i) (output-port? o) (textual-port? i) (binary-port? i)
      (port? 5)))
  => (#t #f #t #t #f #f))
(test "a long string port"
  (let ([p (open-output-string)])
    (do ([i 0 (+ i 1)]) ((= i 50000)) (write i p))
    (string-length (get-output-string p)))
  => 238890)
(test "positions of a string port"
  (let ([p (open-string-input-port "hello world")])
    (get-string-n p 6)
    (let ([at (port-position p)]) (set-port-position! p 2) (list at (get-string-n p 3))))
  => (6 "llo"))
(test "file-position of an output string port"
  (let ([p (open-output-string)]) (display "hello" p) (file-position p)) => 5)
(test "fresh-line"
  (with-output-to-string (lambda ()
                           (fresh-line)
                           (display "a")
                           (fresh-line)
                           (fresh-line)
                           (display "b")))
  => "a\nb")
(test "write escapes strings"
  (with-output-to-string (lambda () (write "a\"b\\c\nd\te\x7;\x0;\x3bb;")))
  => "\"a\\\"b\\\\c\\nd\\te\\a\\x0;\x3bb;\"")
(test "write of characters"
  (map (lambda (c) (format "~s" c))
    '(#\a #\space #\newline #\tab #\nul #\delete #\x3bb #\( #\x1F600))
  => ("#\\a" "#\\space" "#\\newline" "#\\tab" "#\\nul" "#\\delete" "#\\λ" "#\\(" "#\\😀"))
(test "write of symbols that need care"
  (map (lambda (s) (format "~s" (string->symbol s)))
    '("" "a b" "1" "+" "-" "..." "1+" "-1+" "a.b" "A" "#a" "a|b" "\x3bb;" "." "+a" "-a" "+i" "a;b"
      "'" ","))
  => ("||" "a\\x20;b" "\\x31;" "+" "-" "..." "\\x31;+" "\\x2D;1+" "a.b" "A" "\\x23;a" "a\\x7C;b" "λ"
      "\\x2E;" "\\x2B;a" "\\x2D;a" "\\x2B;i" "a\\x3B;b" "\\x27;" "\\x2C;"))
(test "write and display of special objects"
  (map (lambda (x) (format "~s" x))
    (list #t #f '() (eof-object) (void) (if #f #f) '#!bwp (box 5) '#vu8(1 2) '#vfx(1 -2) '#vfl(1.5)
      car))
  => ("#t" "#f" "()" "#!eof" "#<void>" "#<void>" "#!bwp" "#&5" "#vu8(1 2)" "#vfx(1 -2)" "#vfl(1.5)"
      "#<procedure car>"))
(test "write of quotations"
  (format "~s" '('a `b ,c ,@d #'e #`f #,g #,@h))
  => "((quote a) (quasiquote b) (unquote c) (unquote-splicing d) (syntax e) (quasisyntax f) (unsyntax g) (unsyntax-splicing h))")
(test "write of a vector with length"
  (parameterize ([print-vector-length #t]) (format "~s" '(#(a b b b) #(1 1 1) #())))
  => "(#4(a b) #3(1) #0())")
(test "print-graph"
  (let ([x (list 1 2)]) (parameterize ([print-graph #t]) (format "~s" (list x x))))
  => "(#0=(1 2) #0#)")
(test "a cycle by print-graph"
  (let ([x (list 1 2)]) (set-cdr! (cdr x) x) (parameterize ([print-graph #t]) (format "~s" x)))
  => "#0=(1 2 . #0#)")
(test "print-length and print-level"
  (parameterize ([print-length 3] [print-level 2]) (format "~s" '(1 (2 (3)) 4 5 6)))
  => "(1 (2 (...)) 4 ...)")
(test "print-brackets"
  (parameterize ([print-brackets #t])
    (with-output-to-string (lambda () (pretty-print '(let ([a 1]) a)))))
  => "(let ([a 1]) a)\n")
(test "print-radix"
  (parameterize ([print-radix 16]) (format "~s" '(255 -16 1/17))) => "(#xFF #x-10 #x1/11)")
(test "print-char-name"
  (parameterize ([print-char-name #t]) (with-output-to-string (lambda () (display #\space))))
  => " ")
(test "print-unicode off"
  (parameterize ([print-unicode #f]) (format "~s" (list "\x3bb;" #\x3bb (string->symbol "\x3bb;"))))
  => "(\"\\x3BB;\" #\\x3BB \\x3BB;)")
(test "read of every literal"
  (with-input-from-string
    "(#t #f #true #\\a #\\x41 #\\newline \"a\\nb\\x41;\" #vu8(1 2 255) #(1 2) #3(a b) #5vfx(1 2) #&boxed #x-ff #b101 1e3 -0.5 1/2 +inf.0 |a b| #!eof)"
    (lambda () (format "~s" (list-head (read) 19))))
  => "(#t #f #t #\\a #\\A #\\newline \"a\\nbA\" #vu8(1 2 255) #(1 2) #(a b b) #vfx(1 2 2 2 2) #&boxed -255 5 1000.0 -0.5 1/2 +inf.0 a\\x20;b)")
(test "read of comments"
  (with-input-from-string "; line\n #| block #| nested |# |# (a #;(gone) b)" read) => (a b))
(test "read of graph marks"
  (let ([x (with-input-from-string "(#0=(1 2) #0# . #1=(3 . #1#))" read)])
    (list (eq? (car x) (cadr x)) (eq? (cddr x) (cdddr x))))
  => (#t #t))
(test "read with brackets" (with-input-from-string "[a (b) [c]]" read) => (a (b) (c)))
(test "read-token"
  (call-with-values (lambda () (read-token (open-input-string " 42 "))) list) => (atomic 42 1 3))
(test "read folds case on request"
  (with-input-from-string "#!fold-case ABC #!no-fold-case ABC"
    (lambda () (let* ([a (read)] [b (read)]) (list a b))))
  => (abc ABC))
(test "string->datum round trip of a hundred numbers"
  (andmap
    (lambda (i)
      (let ([x (/ (- i 50) (+ i 1))]) (eqv? x (with-input-from-string (format "~s" x) read))))
    (iota 100))
  => #t)

(test "a file written and read"
  (begin
    (call-with-output-file "a.txt" (lambda (p) (display "hello\nworld\n" p)) 'replace)
    (text-of "a.txt"))
  => "hello\nworld\n")
(test-error "an existing file is not overwritten"
  (begin
    (call-with-output-file "exists.txt" (lambda (p) (display "x" p)) 'replace)
    (open-output-file "exists.txt"))
  => "Exception in open-output-file: failed for exists.txt: file exists")
(test "append to a file"
  (begin
    (call-with-output-file "b.txt" (lambda (p) (display "one" p)) 'truncate)
    (call-with-output-file "b.txt" (lambda (p) (display "two" p)) 'append)
    (text-of "b.txt"))
  => "onetwo")
(test "truncate a file"
  (begin
    (call-with-output-file "b.txt" (lambda (p) (display "longer text" p)) 'truncate)
    (call-with-output-file "b.txt" (lambda (p) (display "s" p)) 'truncate)
    (text-of "b.txt"))
  => "s")
(test "with-output-to-file and with-input-from-file"
  (begin
    (with-output-to-file "c.txt" (lambda () (write '(a "b"))) 'replace)
    (with-input-from-file "c.txt" read))
  => (a "b"))
(test "utf-8 in a file"
  (begin
    (call-with-output-file "u.txt" (lambda (p) (display "a\x3bb;\x20ac;\x1F600;" p)) 'replace)
    (list (bytevector->u8-list (bytes-of "u.txt")) (string-length (text-of "u.txt"))))
  => ((97 206 187 226 130 172 240 159 152 128) 4))
(test "a file of a megabyte"
  (let ([line (make-string 99 #\x)])
    (call-with-output-file "big.txt"
      (lambda (p) (do ([i 0 (+ i 1)]) ((= i 10000)) (put-string p line) (newline p))) 'replace)
    (list (call-with-port (open-file-input-port "big.txt") port-length)
      (call-with-input-file "big.txt"
        (lambda (p) (let loop ([n 0]) (if (eof-object? (get-line p)) n (loop (+ n 1))))))))
  => (1000000 10000))
(test "latin-1"
  (let ([t (make-transcoder (latin-1-codec))])
    (call-with-port (open-file-output-port "l.txt" (file-options no-fail) (buffer-mode block) t)
      (lambda (p) (put-string p "caf\xe9;")))
    (list (bytevector->u8-list (bytes-of "l.txt"))
      (call-with-port (open-file-input-port "l.txt" (file-options) (buffer-mode block) t)
        get-string-all)))
  => ((99 97 102 233) "caf\xe9;"))
(test "utf-16 with its mark"
  (let ([t (make-transcoder (utf-16-codec))])
    (call-with-port (open-file-output-port "w.txt" (file-options no-fail) (buffer-mode block) t)
      (lambda (p) (put-string p "a\x1F600;")))
    (list (bytevector->u8-list (bytes-of "w.txt"))
      (call-with-port (open-file-input-port "w.txt" (file-options) (buffer-mode block) t)
        get-string-all)))
  => ((254 255 0 97 216 61 222 0) "a\x1F600;"))
(test "utf-16le and utf-16be"
  (map
    (lambda (codec)
      (let-values ([(p get) (open-bytevector-output-port (make-transcoder (codec)))])
        (put-string p "ab")
        (bytevector->u8-list (get))))
    (list utf-16le-codec utf-16be-codec))
  => ((97 0 98 0) (0 97 0 98)))
(test "line endings on output"
  (map
    (lambda (style)
      (let-values ([(p get) (open-bytevector-output-port (make-transcoder (utf-8-codec) style))])
        (put-string p "a\nb")
        (bytevector->u8-list (get))))
    (list (eol-style lf) (eol-style crlf) (eol-style cr) (eol-style nel) (eol-style ls)
      (eol-style none) (eol-style crnel)))
  => ((97 10 98) (97 13 10 98) (97 13 98) (97 194 133 98) (97 226 128 168 98) (97 10 98)
      (97 13 194 133 98)))
(test "line endings on input"
  (let ([p (open-bytevector-input-port (string->utf8 "a\r\nb\rc\nd\x85;e\x2028;f\r\x85;g")
             (make-transcoder (utf-8-codec) (eol-style lf)))])
    (get-string-all p))
  => "a\nb\nc\nd\ne\nf\ng")
(test "line endings left alone"
  (get-string-all (open-bytevector-input-port (string->utf8 "a\r\nb\r")
                    (make-transcoder (utf-8-codec) (eol-style none))))
  => "a\r\nb\r")
(test "bad utf-8 replaced"
  (get-string-all (open-bytevector-input-port #vu8(97 255 98 #xe2 #x82)
                    (make-transcoder (utf-8-codec) (eol-style none) (error-handling-mode replace))))
  => "a�b�")
(test "bad utf-8 ignored"
  (get-string-all (open-bytevector-input-port #vu8(97 255 98)
                    (make-transcoder (utf-8-codec) (eol-style none) (error-handling-mode ignore))))
  => "ab")
(test-error "bad utf-8 raised"
  (get-string-all (open-bytevector-input-port #vu8(97 255 98)
                    (make-transcoder (utf-8-codec) (eol-style none) (error-handling-mode raise))))
  => "Exception in get-string-all: invalid utf-8 encoding #xFF")
(test "a decoding error's port and kind"
  (guard (c [(i/o-decoding-error? c) (port? (i/o-error-port c))])
    (get-string-all (open-bytevector-input-port #vu8(255)
                      (make-transcoder (utf-8-codec) (eol-style none)
                        (error-handling-mode raise)))))
  => #t)
(test "an encoding error's character"
  (guard (c [(i/o-encoding-error? c) (i/o-encoding-error-char c)])
    (let-values ([(p get)
                  (open-bytevector-output-port (make-transcoder (latin-1-codec) (eol-style none)
                                                 (error-handling-mode raise)))])
      (put-string p "a\x3bb;")
      (flush-output-port p)
      (get)))
  => #\x3bb)
(test "what latin-1 can't hold is replaced"
  (let-values ([(p get)
                (open-bytevector-output-port (make-transcoder (latin-1-codec) (eol-style none)
                                               (error-handling-mode replace)))])
    (put-string p "a\x3bb;b")
    (utf8->string (get)))
  => "a?b")
(test "transcoder accessors"
  (let ([t (make-transcoder (utf-8-codec) (eol-style crlf) (error-handling-mode ignore))])
    (list (transcoder-eol-style t) (transcoder-error-handling-mode t) (transcoder? t)))
  => (crlf ignore #t))
(test "native transcoder and eol"
  (list (native-eol-style) (transcoder? (native-transcoder))) => (none #t))
(test "bytevector->string and string->bytevector"
  (let ([t (make-transcoder (utf-8-codec) (eol-style crlf))])
    (let ([b (string->bytevector "a\nb" t)])
      (list (bytevector->u8-list b) (bytevector->string b t))))
  => ((97 13 10 98) "a\nb"))
(test "transcoded-port"
  (let* ([b (open-bytevector-input-port (string->utf8 "\x3bb;x"))]
         [t (transcoded-port b (make-transcoder (utf-8-codec)))])
    (list (get-string-all t) (guard (c [#t 'closed]) (get-u8 b))))
  => ("\x3bb;x" closed))
(test "port-transcoder"
  (list
    (transcoder? (port-transcoder (open-file-output-port "pt.txt" (file-options no-fail)
                                    (buffer-mode line) (native-transcoder))))
    (port-transcoder (open-bytevector-input-port #vu8())))
  => (#t #f))
(test "textual positions in a file"
  (begin
    (call-with-output-file "pos.txt" (lambda (p) (display "0123456789" p)) 'replace)
    (let ([p (open-input-file "pos.txt")])
      (get-string-n p 4)
      (let ([at (port-position p)])
        (set-port-position! p 8)
        (let ([r (get-string-all p)]) (close-port p) (list at r)))))
  => (4 "89"))
(test "an input/output file"
  (let ([p (open-input-output-file "io.txt" 'truncate)])
    (display "abcdef" p)
    (file-position p 0)
    (let ([c (read-char p)])
      (file-position p 3)
      (display "X" p)
      (file-position p 0)
      (let ([s (get-string-all p)]) (close-port p) (list c s))))
  => (#\a "abcXef"))
(test "block-write and block-read"
  (let ([p (open-output-file "bl.txt" 'replace)])
    (block-write p "hello" 3)
    (close-port p)
    (let ([p (open-input-file "bl.txt")] [s (make-string 10 #\.)])
      (let ([n (block-read p s 10)]) (close-port p) (list n s))))
  => (3 "hel......."))
;; releases: all but 9.5.9.8
(test "port-bol? and set-port-bol!"
  (let ([p (open-output-string)])
    (let* ([a (port-bol? p)]
           [b (begin (display "x" p) (port-bol? p))]
           [c (begin (newline p) (port-bol? p))])
      (list a b c)))
  => (#t #f #t))
(test "port names"
  (begin
    (call-with-output-file "named.txt" (lambda (p) (display "" p)) 'replace)
    (let ([p (open-input-file "named.txt")])
      (let ([n (port-name p)]) (close-port p) (list n (port-closed? p)))))
  => ("named.txt" #t))
(test "a closed port twice"
  (let ([p (open-input-string "")]) (close-port p) (close-port p) (port-closed? p)) => #t)
(test-error "writing to an input port"
  (write-char #\a (open-input-string "x"))
  => "Exception in write-char: #<input port string> is not a textual output port")
(test-error "reading bytes from a textual port"
  (get-u8 (open-input-string "x"))
  => "Exception in get-u8: #<input port string> is not a binary input port")
(test "buffers of textual ports"
  (let ([p (open-input-string "hello")])
    (read-char p)
    (list (textual-port-input-buffer p) (textual-port-input-index p) (textual-port-input-size p)
      (textual-port-input-count p)))
  => ("hello" 1 5 4))
(test "output-port-buffer-mode"
  (map
    (lambda (m)
      (let* ([p (open-file-output-port "m.txt" (file-options no-fail) m (native-transcoder))]
             [b (output-port-buffer-mode p)])
        (close-port p)
        b))
    (list (buffer-mode none) (buffer-mode line) (buffer-mode block)))
  => (none line block))
(test "a line-buffered port writes lines"
  (let ([p (open-file-output-port "ln.txt" (file-options no-fail) (buffer-mode line)
             (native-transcoder))])
    (put-string p "one\ntw")
    (let ([s (text-of "ln.txt")])
      (close-port p)
      (list (string=? (substring s 0 4) "one\n") (text-of "ln.txt"))))
  => (#t "one\ntw"))
