;; Characters, strings and Unicode: case, categories, normal forms, graphemes, conversions to and
;; from bytes, and the operations on strings.

(test "characters and integers"
  (list (char->integer #\a) (integer->char 955) (char->integer #\x10FFFF)
    (char->integer (integer->char 55295)) (char->integer (integer->char 57344)))
  => (97 #\x3bb 1114111 55295 57344))
(test "character comparison"
  (list (char<? #\a #\b #\c) (char=? #\a #\a #\b) (char>? #\b #\a) (char<=? #\a #\a)
    (char>=? #\a #\b) (char-ci=? #\a #\A) (char-ci<? #\a #\B))
  => (#t #f #t #t #f #t #t))
(test "character case"
  (map (lambda (c) (list (char-upcase c) (char-downcase c) (char-titlecase c) (char-foldcase c)))
    '(#\a #\A #\xdf #\x3c3 #\x3c2 #\x1c6 #\5 #\x130))
  => ((#\A #\a #\A #\a) (#\A #\a #\A #\a) (#\ß #\ß #\ß #\ß) (#\Σ #\σ #\Σ #\σ) (#\Σ #\ς #\Σ #\σ)
      (#\Ǆ #\ǆ #\ǅ #\ǆ) (#\5 #\5 #\5 #\5) (#\İ #\i #\İ #\İ)))
(test "character classes"
  (map
    (lambda (c)
      (list (char-alphabetic? c) (char-numeric? c) (char-whitespace? c) (char-upper-case? c)
        (char-lower-case? c) (char-title-case? c)))
    '(#\a #\A #\5 #\space #\x3bb #\x660 #\xa0 #\x1c5 #\_ #\x4e00))
  => ((#t #f #f #f #t #f) (#t #f #f #t #f #f) (#f #t #f #f #f #f) (#f #f #t #f #f #f)
      (#t #f #f #f #t #f) (#f #t #f #f #f #f) (#f #f #t #f #f #f) (#t #f #f #f #f #t)
      (#f #f #f #f #f #f) (#t #f #f #f #f #f)))
(test "general categories"
  (map char-general-category
    '(#\a #\A #\5 #\space #\( #\) #\+ #\$ #\_ #\- #\newline #\x300 #\x4e00 #\x1F600 #\xE000 #\xAD
      #\x2028 #\xbd #\x2160))
  => (Ll Lu Nd Zs Ps Pe Sm Sc Pc Pd Cc Mn Lo So Co Cf Zl No Nl))
(test "grapheme properties"
  (map char-grapheme-break-property
    '(#\a #\return #\newline #\x300 #\x1100 #\xAC00 #\x1F1E6 #\x200D))
  => (Other CR LF Extend L LV Regional_Indicator ZWJ))
(test "graphemes of a string"
  (list (string-grapheme-count "abc") (string-grapheme-count "e\x301;a")
    (string-grapheme-count "\x1F468;\x200D;\x1F469;\x200D;\x1F467;") (string-grapheme-count "\r\n")
    (string-grapheme-span "e\x301;a" 0))
  => (3 2 1 1 2))
(test "pictographs" (map char-extended-pictographic? '(#\x1F600 #\a #\xa9)) => (#t #f #t))
(test "char-name"
  (list (char-name #\space) (char-name 'newline) (char-name #\a)) => (space #\newline #f))

(test "string constructors"
  (list (string #\a #\b) (make-string 3 #\x) (string-append "a" "" "bc") (substring "hello" 1 3)
    (string-copy "abc") (list->string '(#\x #\y)) (string))
  => ("ab" "xxx" "abc" "el" "abc" "xy" ""))
(test "string-ref and string-set!"
  (let ([s (make-string 3 #\a)])
    (string-set! s 1 #\x1F600)
    (string-set! s 2 #\z)
    (list s (string-ref s 1) (string-length s)))
  => ("a\x1F600;z" #\x1F600 3))
(test "string comparison"
  (list (string=? "abc" "abc" "abc") (string<? "abc" "abd") (string<? "ab" "abc")
    (string>? "b" "abc") (string<=? "a" "a") (string>=? "a" "b") (string<? "Z" "a")
    (string<? "\xffff;" "\x10000;"))
  => (#t #t #t #t #t #f #t #t))
(test "comparison without case"
  (list (string-ci=? "Stra\xdf;e" "STRASSE") (string-ci<? "abc" "ABD")
    (string-ci=? "\x3a3;\x3b1;\x3c2;" "\x3c3;\x391;\x3a3;") (string-ci>? "b" "A"))
  => (#t #t #t #t))
(test "case of strings"
  (map (lambda (f) (f "Hello W\xf6;rld stra\xdf;e \x3a3;\x391;\x3a3;"))
    (list string-upcase string-downcase string-titlecase string-foldcase))
  => ("HELLO WÖRLD STRASSE ΣΑΣ" "hello wörld straße σας" "Hello Wörld Straße Σας"
      "hello wörld strasse σασ"))
(test "final sigma"
  (list (string-downcase "\x39f;\x394;\x39f;\x3a3;") (string-downcase "\x3a3;")
    (string-downcase "\x3a3;A"))
  => ("οδος" "σ" "σa"))
(test "special casing"
  (list (string-upcase "\xfb01;") (string-upcase "\x149;") (string-titlecase "\x1c4;ungla")
    (string-downcase "\x130;"))
  => ("FI" "ʼN" "ǅungla" "i̇"))
(test "normal forms"
  (map (lambda (f) (map char->integer (string->list (f "e\x301;\xe9;\xfb01;\x212B;\xac00;"))))
    (list string-normalize-nfc string-normalize-nfd string-normalize-nfkc string-normalize-nfkd))
  => ((233 233 64257 197 44032) (101 769 101 769 64257 65 778 4352 4449) (233 233 102 105 197 44032)
      (101 769 101 769 102 105 65 778 4352 4449)))
(test "normal form of marks out of order"
  (map char->integer (string->list (string-normalize-nfd "q\x307;\x323;"))) => (113 803 775))
(test "hangul composes"
  (list (string=? (string-normalize-nfc "\x1112;\x1161;\x11ab;") "\xd55c;")
    (string-length (string-normalize-nfd "\xd55c;")))
  => (#t 3))
(test "string->list and list->string"
  (list (string->list "abc") (string->list "")
    (list->string (map char-upcase (string->list "abc"))))
  => ((#\a #\b #\c) () "ABC"))
(test "string-for-each"
  (let ([l '()])
    (string-for-each (lambda (a b) (set! l (cons (list a b) l))) "ab" "xy")
    (reverse l))
  => ((#\a #\x) (#\b #\y)))
(test "string-copy!, string-fill!, substring-fill!"
  (let ([s (make-string 6 #\.)])
    (string-copy! "abc" 0 s 1 3)
    (substring-fill! s 4 6 #\z)
    (let ([t (make-string 2 #\a)]) (string-fill! t #\b) (list s t)))
  => (".abczz" "bb"))
(test "string-copy! on itself"
  (let ([s (string-copy "abcdef")]) (string-copy! s 0 s 2 4) s) => "ababcd")
(test "string-truncate!" (let ([s (make-string 10 #\x)]) (string-truncate! s 4)) => "xxxx")
(test "immutable strings"
  (let ([s (string->immutable-string (string #\a))])
    (list (immutable-string? s) (mutable-string? s) (immutable-string? (make-string 1))
      (string=? s "a")))
  => (#t #f #f #t))
(test-error "setting an immutable string"
  (string-set! (string->immutable-string (hidden (string #\a))) 0 #\b)
  => "Exception in string-set!: \"a\" is not a mutable string")
(test-error "setting a string to a number"
  (string-set! (make-string 1) 0 (hidden 5)) => "Exception in string-set!: 5 is not a character")
(test "string-append of many"
  (string-length (apply string-append (map number->string (iota 5000)))) => 18890)
(test "string-append-immutable" (immutable-string? (string-append-immutable "a" "b")) => #t)
(test "a string of a million"
  (let ([s (make-string 1000000 #\a)])
    (string-set! s 999999 #\b)
    (collect)
    (list (string-length s) (string-ref s 999999) (string-ref s 500000)))
  => (1000000 #\b #\a))
(test "string hashes"
  (list (= (string-hash "abc") (string-hash (string-copy "abc"))) (fixnum? (string-hash ""))
    (= (string-ci-hash "aB") (string-ci-hash "Ab")))
  => (#t #t #t))
(test "utf-8 there and back"
  (let ([b (string->utf8 "a\xe9;\x20ac;\x1F600;")]) (list b (utf8->string b)))
  => (#vu8(97 195 169 226 130 172 240 159 152 128) "a\xe9;\x20ac;\x1F600;"))
(test "utf-8 of a range" (utf8->string #vu8(97 98 99)) => "abc")
(test "bad utf-8 becomes the replacement character"
  (map char->integer (string->list (utf8->string #vu8(255 97 #xc3 #x28)))) => (65533 97 65533 40))
(test "utf-16 there and back"
  (list (string->utf16 "a\x1F600;") (string->utf16 "a" (endianness little))
    (utf16->string #vu8(0 97 216 61 222 0) (endianness big))
    (utf16->string #vu8(255 254 97 0) (endianness big))
    (map char->integer (string->list (utf16->string #vu8(255 254 97 0) (endianness big) #t))))
  => (#vu8(0 97 216 61 222 0) #vu8(97 0) "a😀" "a" (65534 24832)))
(test "utf-32 there and back"
  (list (string->utf32 "a") (string->utf32 "a" (endianness little))
    (utf32->string #vu8(0 1 246 0) (endianness big)))
  => (#vu8(0 0 0 97) #vu8(97 0 0 0) "\x1F600;"))
(test-true "all characters of the basic plane go through utf-8"
  (let* ([s (list->string (let loop ([i 0] [l '()])
                            (if (= i 65536)
                              l
                              (loop (if (= i 55295) 57344 (+ i 1)) (cons (integer->char i) l)))))])
    (string=? s (utf8->string (string->utf8 s)))))
;; releases: all but 9.5.9.8
(test "upper case letters that do not fold as their lower case does"
  (let loop ([i 0] [l '()])
    (if (= i 55296)
      (reverse l)
      (let ([c (integer->char i)])
        (loop (+ i 1)
          (if (or (not (char-upper-case? c))
                (char=? (char-foldcase c) (char-foldcase (char-downcase c))))
            l
            (cons i l))))))
  => (304))
;; releases: 9.5.9.8
(test "upper case letters that do not fold as their lower case does, older"
  (let loop ([i 0] [l '()])
    (if (= i 55296)
      (reverse l)
      (let ([c (integer->char i)])
        (loop (+ i 1)
          (if (or (not (char-upper-case? c))
                (char=? (char-foldcase c) (char-foldcase (char-downcase c))))
            l
            (cons i l))))))
  => (304 7838))
;; releases: all but 9.5.9.8
(test "how many letters, digits and spaces in the basic plane"
  (let loop ([i 0] [a 0] [n 0] [w 0])
    (if (= i 65536)
      (list a n w)
      (let ([c (and (not (<= 55296 i 57343)) (integer->char i))])
        (loop (+ i 1) (if (and c (char-alphabetic? c)) (+ a 1) a)
          (if (and c (char-numeric? c)) (+ n 1) n) (if (and c (char-whitespace? c)) (+ w 1) w)))))
  => (49880 742 25))
;; releases: 9.5.9.8
(test "how many letters, digits and spaces in the basic plane, older"
  (let loop ([i 0] [a 0] [n 0] [w 0])
    (if (= i 65536)
      (list a n w)
      (let ([c (and (not (<= 55296 i 57343)) (integer->char i))])
        (loop (+ i 1) (if (and c (char-alphabetic? c)) (+ a 1) a)
          (if (and c (char-numeric? c)) (+ n 1) n) (if (and c (char-whitespace? c)) (+ w 1) w)))))
  => (49876 742 25))
