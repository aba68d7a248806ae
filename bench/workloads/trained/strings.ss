;; String building: appending, output ports, reversing, upper case, searching
;; and numbers written and read again.

(module (work)
  (define words
    '#("river" "coracle" "paddle" "willow" "tar" "hide" "weir" "salmon"))

  (define (line number)
    (let more ([i 0] [text (string-append (number->string number) ":")])
      (if (= i 8)
          text
          (more (+ i 1)
                (string-append text " "
                  (vector-ref words (modulo (+ number (* i i)) 8)))))))

  (define (write-page first last)
    (call-with-string-output-port
      (lambda (port)
        (do ([i first (+ i 1)])
            ((= i last))
          (put-string port (line i))
          (put-char port #\newline)))))

  (define (reversed text)
    (let ([size (string-length text)])
      (let ([result (make-string size)])
        (do ([i 0 (+ i 1)])
            ((= i size) result)
          (string-set! result (- size i 1) (string-ref text i))))))

  (define (count-of word text)
    (let ([size (string-length word)])
      (let ([stop (- (string-length text) size)])
        (let search ([start 0] [count 0])
          (if (> start stop)
              count
              (search (+ start 1)
                      (let same ([i 0])
                        (cond
                          [(= i size) (+ count 1)]
                          [(char=? (string-ref text (+ start i)) (string-ref word i))
                           (same (+ i 1))]
                          [else count]))))))))

  ;; Sum of the numbers at the beginning of the lines.
  (define (line-numbers text)
    (let ([size (string-length text)])
      (let next ([start 0] [sum 0])
        (if (= start size)
            sum
            (let colon ([i start])
              (if (char=? (string-ref text i) #\:)
                  (let end ([j i])
                    (if (char=? (string-ref text j) #\newline)
                        (next (+ j 1)
                              (+ sum (string->number (substring text start i))))
                        (end (+ j 1))))
                  (colon (+ i 1))))))))

  (define (work)
    (let more ([page 0] [lines 0] [salmon 0])
      (if (= page 160)
          (list lines salmon)
          (let* ([first (* page 100)]
                 [text (write-page first (+ first 100))]
                 [back (list->string
                         (map char-downcase
                              (string->list (reversed (string-upcase text)))))])
            (unless (string=? (reversed back) text)
              (errorf 'strings "page ~s does not read the same again" page))
            (more (+ page 1)
                  (+ lines (line-numbers text))
                  (+ salmon (count-of "nomlas" back))))))))

(measure work
  (lambda (result)
    (equal? result (list (quotient (* 15999 16000) 2) 16000))))
