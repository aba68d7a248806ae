;;; JavaScript's objects: a button
;; The library (coracle js) reaches all that JavaScript has.
(import (coracle js))

(define document (js-global 'document))

(define (element tag text)
  (let ([made (js-call document 'createElement tag)])
    (js-set! made 'textContent text)
    made))

(define button (element "button" "Press me"))
(define answer (element "p" "Not yet."))
(define count 0)

;; The handler is a Scheme procedure. It runs while the
;; prompt waits.
(js-call button 'addEventListener "click"
  (js-procedure
    (lambda (event)
      (set! count (+ count 1))
      (js-set! answer 'textContent
        (format "Pressed ~r time~:p." count)))))

(display-html button)
(display-html answer)

(js->scheme (js-eval "[1, 2, 3].map((n) => n * n)"))
(js-ref (js-global 'navigator) 'language)
