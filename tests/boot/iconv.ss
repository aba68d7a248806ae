;; Character encodings of the host's iconv: transcoded ports that write and read them, what an encoding
;; can't represent, broken input, input in pieces, line ends, positions. The official boot files lack
;; iconv codecs: tests/iconv makes boot files that have them.
;; needs: iconv-codec

(define (transcoder encoding mode eol) (make-transcoder (iconv-codec encoding) eol mode))
(define encoded
  (case-lambda
    [(encoding text) (encoded encoding text 'raise 'none)]
    [(encoding text mode) (encoded encoding text mode 'none)]
    [(encoding text mode eol)
     (call-with-bytevector-output-port (lambda (p) (put-string p text))
       (transcoder encoding mode eol))]))
(define (text-from binary encoding mode eol)
  (let* ([p (transcoded-port binary (transcoder encoding mode eol))] [s (get-string-all p)])
    (close-port p)
    s))
(define decoded
  (case-lambda
    [(encoding bytes) (decoded encoding bytes 'raise 'none)]
    [(encoding bytes mode) (decoded encoding bytes mode 'none)]
    [(encoding bytes mode eol) (text-from (open-bytevector-input-port bytes) encoding mode eol)]))
;; The same, but each read of the binary port returns n bytes.
(define (decoded-by n encoding bytes mode)
  (let ([at 0])
    (text-from
      (make-custom-binary-input-port "in pieces"
        (lambda (bv start count)
          (let ([k (min n count (- (bytevector-length bytes) at))])
            (bytevector-copy! bytes at bv start k)
            (set! at (+ at k))
            k))
        #f #f #f)
      encoding mode 'none)))
(define (message thunk) (guard (c [#t (harness-message c)]) (thunk)))
;; A text of n characters of an alphabet, in irregular order.
(define (mixed alphabet n)
  (let ([s (make-string n)])
    (do ([i 0 (+ i 1)] [x 1 (modulo (+ (* x 75) 74) 65537)]) ((= i n) s)
      (string-set! s i (string-ref alphabet (modulo x (string-length alphabet)))))))
(define western "na\xEF;ve \xA3;\xFF; text")
(define japanese "\x65E5;\x672C;\x8A9E; and \x30AB;\x30CA;")
(define encodings
  `(("ISO-8859-1" . ,western) ("CP1252" . "\x20AC;\x201C;\xFF;x") ("KOI8-R" . "\x416;\x43E;z")
    ("UTF-8" . "a\x3BB;\x20AC;\x1F600;") ("UTF-16LE" . "a\x20AC;\x1F600;") ("UTF-16BE" . "a\x20AC;\x1F600;")
    ("UTF-16" . "a\x20AC;\x1F600;") ("UTF-32BE" . "a\x1F600;") ("UTF-7" . "a\x20AC;b+")
    ("EUC-JP" . ,japanese) ("SHIFT_JIS" . ,japanese) ("ISO-2022-JP" . ,japanese)
    ("GB18030" . "\x4E2D;x\x1F600;") ("BIG5" . "\x4E2D;\x6587;") ("EUC-KR" . "\xD55C;k")))

(test "writing in each encoding"
  (map (lambda (e) (encoded (car e) (cdr e))) encodings)
  => (#vu8(110 97 239 118 101 32 163 255 32 116 101 120 116) #vu8(128 147 255 120) #vu8(246 207 122)
     #vu8(97 206 187 226 130 172 240 159 152 128) #vu8(97 0 172 32 61 216 0 222) #vu8(0 97 32 172 216 61
     222 0) #vu8(255 254 97 0 172 32 61 216 0 222) #vu8(0 0 0 97 0 1 246 0) #vu8(97 43 73 75 119 45 98 43
     45) #vu8(198 252 203 220 184 236 32 97 110 100 32 165 171 165 202) #vu8(147 250 150 123 140 234 32
     97 110 100 32 131 74 131 105) #vu8(27 36 66 70 124 75 92 56 108 27 40 66 32 97 110 100 32 27 36 66
     37 43 37 74) #vu8(214 208 120 148 57 252 54) #vu8(164 164 164 229) #vu8(199 209 107)))
(test "reading in each encoding what was written"
  (map car (filter (lambda (e) (not (equal? (decoded (car e) (encoded (car e) (cdr e))) (cdr e)))) encodings))
  => ())
(test "reading in each encoding, a byte at a time"
  (map car
    (filter
      (lambda (e) (not (equal? (decoded-by 1 (car e) (encoded (car e) (cdr e)) 'raise) (cdr e))))
      encodings))
  => ())
(test "long texts in each encoding, in pieces of several sizes"
  (map car
    (filter
      (lambda (e)
        (let* ([s (mixed (cdr e) 5000)] [bytes (encoded (car e) s)])
          (not (and (equal? (decoded (car e) bytes) s)
                 (andmap (lambda (n) (equal? (decoded-by n (car e) bytes 'raise) s)) '(3 399 1023 1025))))))
      encodings))
  => ())
(test "characters one by one"
  (call-with-bytevector-output-port
    (lambda (p) (string-for-each (lambda (c) (put-char p c)) japanese))
    (transcoder "ISO-2022-JP" 'raise 'none))
  => #vu8(27 36 66 70 124 75 92 56 108 27 40 66 32 97 110 100 32 27 36 66 37 43 37 74))
(test "two languages of one stateful encoding"
  (let ([p (transcoded-port
             (open-bytevector-input-port #vu8(27 36 66 70 124 27 40 66 97 27 36 66 75 92 10 27 36 66 70 124))
             (transcoder "ISO-2022-JP" 'replace 'none))])
    (let* ([a (get-char p)] [b (get-char p)] [c (peek-char p)] [rest (get-string-all p)])
      (list a b c rest)))
  => (#\日 #\a #\本 "本\n日"))
(test "a flush in a stateful encoding"
  (call-with-bytevector-output-port
    (lambda (p)
      (put-string p "\x65E5;") (flush-output-port p) (put-string p "\x672C;") (flush-output-port p)
      (put-string p "a"))
    (transcoder "ISO-2022-JP" 'raise 'none))
  => #vu8(27 36 66 70 124 75 92 27 40 66 97))

(test "what can't be represented, by mode"
  (map
    (lambda (encoding)
      (map (lambda (mode) (message (lambda () (encoded encoding "a\x3BB;b\x1F600;c" mode))))
        '(ignore replace raise)))
    '("ISO-8859-1" "CP1252" "ASCII" "UTF-16LE" "SHIFT_JIS" "EUC-JP" "ISO-2022-JP"))
  => ((#vu8(97 98 99) #vu8(97 63 98 63 99)
     "Exception in flush-output-port: iconv ISO-8859-1 codec cannot encode #\\x3BB") (#vu8(97 98 99)
     #vu8(97 63 98 63 99) "Exception in flush-output-port: iconv CP1252 codec cannot encode #\\x3BB")
     (#vu8(97 98 99) #vu8(97 63 98 63 99)
     "Exception in flush-output-port: iconv ASCII codec cannot encode #\\x3BB") (#vu8(97 0 187 3 98 0 61
     216 0 222 99 0) #vu8(97 0 187 3 98 0 61 216 0 222 99 0) #vu8(97 0 187 3 98 0 61 216 0 222 99 0))
     (#vu8(97 131 201 98 99) #vu8(97 131 201 98 63 99)
     "Exception in flush-output-port: iconv SHIFT_JIS codec cannot encode #\\x1F600") (#vu8(97 166 203 98
     99) #vu8(97 166 203 98 63 99)
     "Exception in flush-output-port: iconv EUC-JP codec cannot encode #\\x1F600") (#vu8(97 27 36 66 38
     75 27 40 66 98 99) #vu8(97 27 36 66 38 75 27 40 66 98 63 99)
     "Exception in flush-output-port: iconv ISO-2022-JP codec cannot encode #\\x1F600")))
(test "writing goes on after what can't be represented"
  (let-values ([(p get) (open-bytevector-output-port (transcoder "ISO-8859-1" 'raise 'none))])
    (let* ([put (lambda (text) (message (lambda () (put-string p text) (flush-output-port p) text)))]
           [a (put "ab")] [b (put "c\x3BB;d")] [c (put "ef")])
      (clear-output-port p)
      (list a b c (message (lambda () (put "gh") (get))))))
  => ("ab" "Exception in flush-output-port: iconv ISO-8859-1 codec cannot encode #\\x3BB"
     "Exception in flush-output-port: iconv ISO-8859-1 codec cannot encode #\\x3BB" #vu8(97 98 99 99 103
     104)))
(test "how an encoding error is reported"
  (let-values ([(p get) (open-bytevector-output-port (transcoder "ISO-8859-1" 'raise 'none))])
    (guard (c [(i/o-encoding-error? c) (list (eq? (i/o-error-port c) p) (i/o-encoding-error-char c))])
      (put-string p "x\x3BB;")
      (flush-output-port p)))
  => (#t #\λ))
(test "a transliterating encoding"
  (message (lambda () (utf8->string (encoded "ASCII//TRANSLIT" "\x201C;x\x201D; \x20AC;"))))
  => "\"x\" EUR")

(define broken
  '(("UTF-8" . #vu8(97 #xFF 98 #xC3 40 99 #xE2 #x82)) ("UTF-8" . #vu8(#xED #xA0 #x80 97)) ("UTF-16LE" . #vu8(97 0 0 #xDC 98 0 #x3D #xD8))
    ("UTF-16BE" . #vu8(0 97 0)) ("EUC-JP" . #vu8(97 #xA4 #x20 98 #xFF #xB0)) ("SHIFT_JIS" . #vu8(97 #x81 #x20 98 #xFD #x95))
    ("CP1252" . #vu8(97 #x81 98)) ("ASCII" . #vu8(97 200 98)) ("ISO-2022-JP" . #vu8(97 27 36 66 70 200 27 40 66 98 27))
    ("ISO-8859-1" . #vu8(0 127 128 255))))
(test "broken input, ignored"
  (map (lambda (e) (decoded (car e) (cdr e) 'ignore)) broken)
  => ("ab(c" "a" "a拜㴀" "a" "a b" "a b" "ab" "ab" "ab" "\x0;\x7F;ÿ"))
(test "broken input, replaced"
  (map (lambda (e) (decoded (car e) (cdr e) 'replace)) broken)
  => ("a�b�(c��" "���a" "a�拜㴀�" "a�" "a� b��" "a� b��" "a�b" "a�b" "a��b�" "\x0;\x7F;ÿ"))
(test "broken input, raised"
  (map (lambda (e) (message (lambda () (decoded (car e) (cdr e) 'raise)))) broken)
  => ("Exception in get-string-all: decoding failed for byte sequence #xFF, #x62, #xC3, #x28, etc"
     "Exception in get-string-all: decoding failed for byte sequence #xED, #xA0, #x80, #x61, etc"
     "Exception in get-string-all: decoding failed for byte sequence #x00, #xDC, #x62, #x00, etc"
     "Exception in get-string-all: decoding failed for byte sequence #x00, #!eof"
     "Exception in get-string-all: decoding failed for byte sequence #xA4, #x20, #x62, #xFF, etc"
     "Exception in get-string-all: decoding failed for byte sequence #x81, #x20, #x62, #xFD, etc"
     "Exception in get-string-all: decoding failed for byte sequence #x81, #x62, #!eof"
     "Exception in get-string-all: decoding failed for byte sequence #xC8, #x62, #!eof"
     "Exception in get-string-all: decoding failed for byte sequence #x46, #xC8, #x1B, #x28, etc"
     "\x0;\x7F;ÿ"))
(test "broken input, a byte at a time"
  (map
    (lambda (e)
      (map (lambda (mode) (message (lambda () (decoded-by 1 (car e) (cdr e) mode)))) '(ignore replace raise)))
    broken)
  => (("ab(c" "a�b�(c��" "Exception in get-string-all: decoding failed for byte sequence #xFF, #!eof")
     ("a" "���a"
     "Exception in get-string-all: decoding failed for byte sequence #xED, #xA0, #x80, #!eof") ("a拜㴀"
     "a�拜㴀�" "Exception in get-string-all: decoding failed for byte sequence #x00, #xDC, #!eof") ("a"
     "a�" "Exception in get-string-all: decoding failed for byte sequence #x00, #!eof") ("a b" "a� b��"
     "Exception in get-string-all: decoding failed for byte sequence #xA4, #x20, #!eof") ("a b" "a� b��"
     "Exception in get-string-all: decoding failed for byte sequence #x81, #x20, #!eof") ("ab" "a�b"
     "Exception in get-string-all: decoding failed for byte sequence #x81, #!eof") ("ab" "a�b"
     "Exception in get-string-all: decoding failed for byte sequence #xC8, #!eof") ("ab" "a��b�"
     "Exception in get-string-all: decoding failed for byte sequence #x46, #xC8, #!eof") ("\x0;\x7F;ÿ"
     "\x0;\x7F;ÿ" "\x0;\x7F;ÿ")))
(test "reading goes on after broken input"
  (let ([p (transcoded-port (open-bytevector-input-port #vu8(97 200 98 99)) (transcoder "ASCII" 'raise 'none))])
    (let* ([next (lambda () (message (lambda () (get-char p))))] [a (next)] [b (next)])
      (list a b)))
  => ("Exception in get-char: decoding failed for byte sequence #xC8, #x62, #x63, #!eof"
     "Exception in get-char: decoding failed for byte sequence #xC8, #x62, #x63, #!eof"))
(test "a broken character before the end of a file, and what follows the end"
  (let ([p (transcoded-port (open-bytevector-input-port #vu8(97 #xC3)) (transcoder "UTF-8" 'replace 'none))])
    (let* ([a (get-string-n p 5)] [b (get-char p)]) (list a b)))
  => ("a�" #!eof))

(test-error "an encoding that does not exist, reading"
  (decoded "NO-SUCH-CODE" #vu8(1)) => "Exception in transcoded-port: unsupported encoding NO-SUCH-CODE")
(test-error "an encoding that does not exist, writing"
  (encoded "NO-SUCH-CODE" "a") => "Exception in transcoded-port: unsupported encoding NO-SUCH-CODE")
(test-error "an encoding with an empty name between slashes" (encoded "no/such/code" "a")
  => "Exception in transcoded-port: unsupported encoding no/such/code")
(test-print "the codec of an encoding that does not exist" (iconv-codec "NO-SUCH-CODE")
  => "#<codec iconv NO-SUCH-CODE>")
(test-error "an encoding that is not a string" (iconv-codec (hidden 'utf-8))
  => "Exception in iconv-codec: utf-8 is not a string")
(test-error "opening a file in an encoding that does not exist"
  (begin
    (call-with-output-file "some" (lambda (p) (put-string p "text")) 'truncate)
    (open-file-input-port "some" (file-options) (buffer-mode block) (transcoder "NO-SUCH-CODE" 'raise 'none)))
  => "Exception in transcoded-port: unsupported encoding NO-SUCH-CODE")

(test "line ends, written"
  (map
    (lambda (encoding)
      (map (lambda (eol) (message (lambda () (encoded encoding "a\nb\r\nc\x85;" 'replace eol))))
        '(none lf cr crlf nel crnel ls)))
    '("ISO-8859-1" "UTF-16LE" "CP1252"))
  => ((#vu8(97 10 98 13 10 99 133) #vu8(97 10 98 13 10 99 133) #vu8(97 13 98 13 13 99 133) #vu8(97 13 10
     98 13 13 10 99 133) #vu8(97 133 98 13 133 99 133) #vu8(97 13 133 98 13 13 133 99 133) #vu8(97 63 98
     13 63 99 133)) (#vu8(97 0 10 0 98 0 13 0 10 0 99 0 133 0) #vu8(97 0 10 0 98 0 13 0 10 0 99 0 133 0)
     #vu8(97 0 13 0 98 0 13 0 13 0 99 0 133 0) #vu8(97 0 13 0 10 0 98 0 13 0 13 0 10 0 99 0 133 0)
     #vu8(97 0 133 0 98 0 13 0 133 0 99 0 133 0) #vu8(97 0 13 0 133 0 98 0 13 0 13 0 133 0 99 0 133 0)
     #vu8(97 0 40 32 98 0 13 0 40 32 99 0 133 0)) (#vu8(97 10 98 13 10 99 63) #vu8(97 10 98 13 10 99 63)
     #vu8(97 13 98 13 13 99 63) #vu8(97 13 10 98 13 13 10 99 63) #vu8(97 63 98 13 63 99 63) #vu8(97 63 98
     13 63 99 63) #vu8(97 63 98 13 63 99 63))))
(test "line ends, read"
  (map
    (lambda (eol)
      (decoded "UTF-16LE" (string->utf16 "a\rb\r\nc\nd\x85;e\r\x85;f\x2028;g\r" 'little) 'raise eol))
    '(none lf cr crlf nel crnel ls))
  => ("a\rb\r\nc\nd\x85;e\r\x85;f\x2028;g\r" "a\nb\nc\nd\ne\nf\ng\n" "a\nb\nc\nd\ne\nf\ng\n"
     "a\nb\nc\nd\ne\nf\ng\n" "a\nb\nc\nd\ne\nf\ng\n" "a\nb\nc\nd\ne\nf\ng\n" "a\nb\nc\nd\ne\nf\ng\n"))
(test "a line end in two pieces"
  (let ([bytes #vu8(97 13 10 98 13)])
    (map
      (lambda (n)
        (let ([at 0])
          (text-from
            (make-custom-binary-input-port "in pieces"
              (lambda (bv start count)
                (let ([k (min n count (- 5 at))])
                  (bytevector-copy! bytes at bv start k)
                  (set! at (+ at k))
                  k))
              #f #f #f)
            "ISO-8859-1" 'raise 'lf)))
      '(1 2 3)))
  => ("a\nb\n" "a\nb\n" "a\nb\n"))
(test "get-line in an encoding"
  (let ([p (transcoded-port (open-bytevector-input-port (encoded "EUC-JP" "\x65E5;\r\n\x672C;\n\x8A9E;"))
             (transcoder "EUC-JP" 'raise 'crlf))])
    (let* ([a (get-line p)] [b (get-line p)] [c (get-line p)] [d (get-line p)]) (list a b c d)))
  => ("日" "本" "語" #!eof))

(define (file-in encoding text)
  (let ([p (open-file-output-port "encoded" (file-options no-fail) (buffer-mode block)
             (transcoder encoding 'raise 'none))])
    (put-string p text)
    (close-port p)))
(define (reading encoding)
  (open-file-input-port "encoded" (file-options) (buffer-mode block) (transcoder encoding 'raise 'none)))
(test "files in an encoding"
  (map
    (lambda (e)
      (file-in (car e) (mixed (cdr e) 3000))
      (let* ([p (reading (car e))] [s (get-string-all p)])
        (close-port p)
        (string=? s (mixed (cdr e) 3000))))
    encodings)
  => (#t #t #t #t #t #t #t #t #t #t #t #t #t #t #t))
(test "which positions a file in an encoding has"
  (begin
    (file-in "UTF-16LE" "abc\x20AC;def")
    (let ([p (reading "UTF-16LE")])
      (let ([l (list (port-has-port-position? p) (port-has-set-port-position!? p) (port-has-port-length? p)
                 (port-has-port-nonblocking?? p) (textual-port? p))])
        (close-port p)
        l)))
  => (#t #t #t #t #t))
(test "positions while reading"
  (begin
    (file-in "UTF-16LE" "abc\x20AC;def")
    (let* ([p (reading "UTF-16LE")] [at (lambda () (message (lambda () (port-position p))))])
      (let* ([a (at)] [b (get-char p)] [c (at)] [d (get-string-n p 3)] [e (at)])
        (let* ([f (message (lambda () (set-port-position! p 4)))] [g (message (lambda () (get-char p)))] [h (at)])
          (close-port p)
          (list a b c d e (if (string? f) f 'set) g h)))))
  => (0 #\a 14 "bc€" 14 set #\c 14))
(test "positions while writing"
  (let-values ([(p get) (open-bytevector-output-port (transcoder "UTF-16LE" 'raise 'none))])
    (let* ([a (message (lambda () (port-position p)))] [b (put-string p "a\x20AC;")] [c (message (lambda () (port-position p)))]
           [d (message (lambda () (set-port-position! p 2)))] [e (put-string p "xyz")])
      (list a c (if (string? d) d 'set) (get))))
  => (0 4 set #vu8(97 0 120 0 121 0 122 0)))
(test "appending to a file in an encoding"
  (begin
    (file-in "ISO-2022-JP" "\x65E5;a")
    (let ([p (open-file-output-port "encoded" (file-options no-fail append) (buffer-mode block)
               (transcoder "ISO-2022-JP" 'raise 'none))])
      (put-string p "\x672C;")
      (close-port p))
    (call-with-port (open-file-input-port "encoded") get-bytevector-all))
  => #vu8(27 36 66 75 92))
(test "input and output on one file"
  (begin
    (file-in "ISO-8859-1" "abcdef")
    (let ([p (open-file-input/output-port "encoded" (file-options no-fail no-truncate) (buffer-mode block)
               (transcoder "ISO-8859-1" 'raise 'none))])
      (let ([a (get-string-n p 2)])
        (put-string p "\xFF;\xFE;")
        (close-port p)
        (list a (call-with-port (open-file-input-port "encoded") get-bytevector-all)))))
  => ("ab" #vu8(97 98 255 254 101 102)))
(test "processes in an encoding"
  (let-values ([(to from errors id)
                (open-process-ports "cat" (buffer-mode block) (transcoder "UTF-16BE" 'raise 'none))])
    (put-string to "\x65E5;a")
    (close-port to)
    (let ([s (get-string-all from)])
      (close-port from)
      (close-port errors)
      s))
  => "日a")
(test "many conversions open at the same time, and closed"
  (let ([ports (map (lambda (i) (transcoded-port (open-bytevector-input-port (bytevector (+ 192 (modulo i 60))))
                                  (transcoder "ISO-8859-1" 'raise 'none)))
                 (iota 500))])
    (let ([sum (fold-left (lambda (n p) (+ n (char->integer (get-char p)))) 0 ports)])
      (for-each close-port ports)
      sum))
  => 110350)
(test "bytevector->string and string->bytevector"
  (list (bytevector->string #vu8(#x93 #xFA 97) (transcoder "SHIFT_JIS" 'raise 'none))
    (string->bytevector "\x65E5;a" (transcoder "SHIFT_JIS" 'raise 'none)))
  => ("日a" #vu8(147 250 97)))
