;; Loads one workload and marks the beginning and the end of its work on the
;; standard output; bench/run times the marks by its own clock. Loading and
;; compiling the workload don't count. After the end come the pauses of the
;; collections that the system requested, in nanoseconds.
;;
;;   scheme -b petite.boot -b scheme.boot -q --script measure.ss workload.ss

(define (mark text)
  (display text)
  (newline)
  (flush-output-port))

(define pauses (make-fxvector 100000))
(define pause-count 0)

(define (nanoseconds)
  (let ([t (current-time 'time-monotonic)])
    (+ (* (time-second t) 1000000000) (time-nanosecond t))))

(define (timed-collect)
  (let ([start (nanoseconds)])
    (collect)
    (when (< pause-count (fxvector-length pauses))
      (fxvector-set! pauses pause-count (- (nanoseconds) start))
      (set! pause-count (+ pause-count 1)))))

;; A workload ends by calling this once. right? is called after the end mark.
(define (measure work right?)
  (collect-request-handler timed-collect)
  (mark "begin")
  (let ([result (work)])
    (mark "end")
    (display "pauses")
    (do ([i 0 (+ i 1)])
        ((= i pause-count))
      (display " ")
      (display (fxvector-ref pauses i)))
    (newline)
    (unless (right? result)
      (errorf 'measure "wrong result: ~s" result))
    (mark "right")))

(load (car (command-line-arguments)))
