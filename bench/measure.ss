;; Loads one workload and marks the beginning and the end of its work on the
;; standard output; bench/run reads the marks against its own clock. Loading
;; and compiling the workload stays outside.
;;
;;   scheme -b petite.boot -b scheme.boot -q --script measure.ss workload.ss

(define (mark text)
  (display text)
  (newline)
  (flush-output-port))

;; A workload ends by calling this once. right? is called after the end mark.
(define (measure work right?)
  (mark "begin")
  (let ([result (work)])
    (mark "end")
    (unless (right? result)
      (errorf 'measure "wrong result: ~s" result))
    (mark "right")))

(load (car (command-line-arguments)))
