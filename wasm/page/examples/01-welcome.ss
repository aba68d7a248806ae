;;; Welcome
;; This is Chez Scheme in your browser.
;;   Run            the whole program (Ctrl-Enter)
;;   Run selection  what is selected, or the form around
;;                  the cursor (Ctrl-Shift-Enter)
;; The console is Scheme's own REPL: what is defined here
;; is there, too.

(define (fact n)
  (if (= n 0)
      1
      (* n (fact (- n 1)))))

(fact 30)

;; Values that are pictures are shown as pictures.
(plot (list sin cos) -7 7)

;; An error is marked where it happens: take away the
;; comment sign, and run the program again.
; (fact 'five)

;; A loop doesn't freeze the page: Stop ends it.
; (let loop () (loop))
