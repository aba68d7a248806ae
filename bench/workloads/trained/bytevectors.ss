;; Bytes: a checksum by table, base 64 there and back, words of both byte orders.

(module (work)
  (define (noise size)
    (let ([bytes (make-bytevector size)])
      (do ([i 0 (+ i 1)] [state 1 (modulo (+ (* state 1664525) 1013904223) 4294967296)])
          ((= i size) bytes)
        (bytevector-u8-set! bytes i (fxsrl state 24)))))

  ;; CRC-32, for which the bits of the polynomial are written backwards.
  (define table
    (let ([table (make-vector 256)])
      (do ([i 0 (+ i 1)])
          ((= i 256) table)
        (vector-set! table i
          (let shift ([c i] [n 8])
            (cond
              [(= n 0) c]
              [(odd? c) (shift (fxlogxor #xEDB88320 (fxsrl c 1)) (- n 1))]
              [else (shift (fxsrl c 1) (- n 1))]))))))

  (define (crc bytes)
    (let ([size (bytevector-length bytes)])
      (let more ([i 0] [c #xFFFFFFFF])
        (if (fx= i size)
            (fxlogxor c #xFFFFFFFF)
            (more (fx+ i 1)
                  (fxlogxor
                    (vector-ref table (fxlogand #xFF (fxlogxor c (bytevector-u8-ref bytes i))))
                    (fxsrl c 8)))))))

  (define letters
    (string->utf8 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
  (define values-of-letters
    (let ([values (make-bytevector 128 0)])
      (do ([i 0 (+ i 1)])
          ((= i 64) values)
        (bytevector-u8-set! values (bytevector-u8-ref letters i) i))))

  ;; Of a size that three divides.
  (define (encode bytes)
    (let* ([size (bytevector-length bytes)] [text (make-bytevector (* 4 (quotient size 3)))])
      (do ([i 0 (fx+ i 3)] [j 0 (fx+ j 4)])
          ((fx= i size) text)
        (let ([word (bytevector-uint-ref bytes i (endianness big) 3)])
          (do ([k 0 (fx+ k 1)] [shift 18 (fx- shift 6)])
              ((fx= k 4))
            (bytevector-u8-set! text (fx+ j k)
              (bytevector-u8-ref letters (fxlogand 63 (fxsrl word shift)))))))))

  (define (decode text)
    (let* ([size (bytevector-length text)] [bytes (make-bytevector (* 3 (quotient size 4)))])
      (do ([i 0 (fx+ i 4)] [j 0 (fx+ j 3)])
          ((fx= i size) bytes)
        (let more ([k 0] [word 0])
          (if (fx= k 4)
              (bytevector-uint-set! bytes j word (endianness big) 3)
              (more (fx+ k 1)
                    (fx+ (fx* word 64)
                         (bytevector-u8-ref values-of-letters
                           (bytevector-u8-ref text (fx+ i k))))))))))

  ;; How often neighbouring bits differ in the words of this byte order.
  (define (changes bytes order)
    (do ([i 0 (+ i 4)]
         [sum 0 (let ([word (bytevector-u32-ref bytes i order)])
                  (+ sum (fxpopcount32 (fxlogxor word (fxsrl word 1)))))])
        ((= i (bytevector-length bytes)) sum)))

  (define (work)
    (let* ([bytes (noise 720000)] [text (encode bytes)])
      (list (crc (string->utf8 "123456789")) ; the check value of CRC-32
            (crc bytes)
            (crc text)
            (bytevector=? (decode text) bytes)
            (changes bytes (endianness big))
            (changes bytes (endianness little))))))

(measure work
  (lambda (result)
    (equal? result '(3421780262 1460203802 3009068120 #t 2879176 2878855))))
