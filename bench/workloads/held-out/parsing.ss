;; A recursive descent parser over a string, for lists, records, numbers, names and quoted text, and
;; the writer that makes such text again: string-ref, character classes, substrings, symbols.

(module (work)
  (define (parse text)
    (define size (string-length text))
    (define position 0)
    (define (peek) (if (< position size) (string-ref text position) #\nul))
    (define (skip!) (set! position (+ position 1)))
    (define (fail what) (errorf 'parse "~a expected at ~s" what position))
    (define (expect! c)
      (if (char=? (peek) c) (skip!) (fail c)))
    (define (skip-blanks!)
      (cond
        [(char-whitespace? (peek)) (skip!) (skip-blanks!)]
        [(char=? (peek) #\#)
         (let line () (unless (char=? (peek) #\newline) (skip!) (line)))
         (skip-blanks!)]))
    (define (take-while ok?)
      (let ([start position])
        (let more ()
          (when (ok? (peek)) (skip!) (more)))
        (substring text start position)))
    (define (name)
      (string->symbol (take-while (lambda (c) (or (char-alphabetic? c) (char=? c #\-))))))
    (define (quoted)
      (let more ([parts '()])
        (let ([parts (cons (take-while (lambda (c) (not (memv c '(#\" #\\))))) parts)])
          (if (char=? (peek) #\\)
              (begin
                (skip!)
                (let ([c (peek)])
                  (skip!)
                  (more (cons (if (char=? c #\n) "\n" (string c)) parts))))
              (apply string-append (reverse parts))))))
    (define (number)
      (let digits ([n 0])
        (if (char-numeric? (peek))
            (let ([digit (- (char->integer (peek)) 48)])
              (skip!)
              (digits (+ (* 10 n) digit)))
            n)))
    (define (items close item)
      (skip-blanks!)
      (if (char=? (peek) close)
          (begin (skip!) '())
          (let* ([first (item)] [ignored (skip-blanks!)])
            (when (char=? (peek) #\,) (skip!))
            (cons first (items close item)))))
    (define (field)
      (let ([key (name)])
        (skip-blanks!)
        (expect! #\:)
        (cons key (value))))
    (define (value)
      (skip-blanks!)
      (let ([c (peek)])
        (cond
          [(char-numeric? c) (number)]
          [(char-alphabetic? c) (name)]
          [(char=? c #\-) (skip!) (- (number))]
          [(char=? c #\") (skip!) (let ([s (quoted)]) (expect! #\") s)]
          [(char=? c #\[) (skip!) (items #\] value)]
          [(char=? c #\{) (skip!) (list->vector (items #\} field))]
          [else (fail "a value")])))
    (value))

  (define (generate i depth)
    (if (= depth 0)
        (case (modulo i 4)
          [(0) (* i 1234567)]
          [(1) 'some-name]
          [(2) (- i)]
          [else "a \"text\" with \\ and\na second line"])
        (if (even? i)
            (map (lambda (k) (generate (+ i k) (- depth 1))) '(1 2 3 4))
            (vector (cons 'first (generate (* i 3) (- depth 1)))
                    (cons 'the-other (generate (+ i 5) (- depth 1)))))))

  (define (unparse x)
    (define (separated write-item items)
      (apply string-append
        (map (lambda (item) (string-append (write-item item) ", # one more\n ")) items)))
    (define (escape c)
      (case c [(#\") "\\\""] [(#\\) "\\\\"] [(#\newline) "\\n"] [else (string c)]))
    (cond
      [(number? x) (number->string x)]
      [(symbol? x) (symbol->string x)]
      [(string? x)
       (string-append "\"" (apply string-append (map escape (string->list x))) "\"")]
      [(vector? x)
       (string-append "{"
         (separated
           (lambda (field) (string-append (symbol->string (car field)) " : " (unparse (cdr field))))
           (vector->list x))
         "}")]
      [else (string-append "[" (separated unparse x) "]")]))

  (define (work)
    (let again ([round 0] [size 0])
      (if (= round 18)
          size
          (let* ([x (generate round 7)] [text (unparse x)])
            (unless (equal? (parse text) x) (errorf 'parsing "not the same again"))
            (again (+ round 1) (+ size (string-length text))))))))

(measure work (lambda (size) (= size 1646151)))
