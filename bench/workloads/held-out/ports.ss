;; Character ports: a file written and read by characters, by lines and by data, and copied through
;; string ports; peek-char, UTF-8 beyond ASCII, counting of words.

(module (work)
  (define path "ports.txt")

  (define (write-lines! count)
    (call-with-output-file path
      (lambda (port)
        (do ([i 0 (+ i 1)])
            ((= i count))
          (write i port)
          (write-char #\space port)
          (display "the weir, a “coracle” and " port)
          (write "\ttar\\" port)
          (write-char (integer->char (+ 945 (modulo i 24))) port)
          (newline port)))
      'truncate))

  ;; Characters, words and lines, by peek-char and read-char.
  (define (count-all)
    (call-with-input-file path
      (lambda (port)
        (let more ([chars 0] [words 0] [lines 0] [inside? #f])
          (if (eof-object? (peek-char port))
              (list chars words lines)
              (let ([c (read-char port)])
                (let ([letter? (char-alphabetic? c)])
                  (more (+ chars 1)
                        (if (and letter? (not inside?)) (+ words 1) words)
                        (if (char=? c #\newline) (+ lines 1) lines)
                        letter?))))))))

  ;; The lines, turned around, in one string.
  (define (turned-lines)
    (call-with-input-file path
      (lambda (in)
        (call-with-string-output-port
          (lambda (out)
            (let more ()
              (let ([line (get-line in)])
                (unless (eof-object? line)
                  (do ([i (- (string-length line) 1) (- i 1)])
                      ((< i 0))
                    (write-char (string-ref line i) out))
                  (newline out)
                  (more)))))))))

  ;; The sum of the numbers and the number of strings that read finds.
  (define (data)
    (call-with-input-file path
      (lambda (port)
        (let more ([numbers 0] [strings 0])
          (let ([x (read port)])
            (cond
              [(eof-object? x) (list numbers strings)]
              [(number? x) (more (+ numbers x) strings)]
              [(string? x) (more numbers (+ strings 1))]
              [else (more numbers strings)]))))))

  ;; Of the characters of a string, read from a port.
  (define (digest text)
    (let ([port (open-input-string text)])
      (let more ([sum 0])
        (let ([c (read-char port)])
          (if (eof-object? c) sum (more (modulo (+ (* 31 sum) (char->integer c)) 1000003)))))))

  (define (work)
    (write-lines! 11000)
    (list (count-all) (data) (digest (turned-lines)))))

(measure work (lambda (result) (equal? result '((461890 77000 11000) (60494500 11000) 819314))))
