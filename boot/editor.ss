; Compiled into editor.boot by boot/editor: Chez's expression editor, for boot files that were built
; without it, and the start-up code that such boot files lack: if the kernel has set $enable-expeditor,
; the session runs inside $expeditor.
(eval-when (compile)
  (import $system)
  (define-syntax when-feature
    (syntax-rules () [(_ feature e ...) (begin e ...)]))
  (define-syntax if-feature
    (syntax-rules (expeditor)
      [(_ expeditor yes no) yes]
      [(_ feature yes no) no])))

(include "expeditor.ss")

; The kernel looks these names up among the system's own bindings.
($set-top-level-value! '$enable-expeditor $enable-expeditor)
($set-top-level-value! '$expeditor-history-file $expeditor-history-file)

(let ()
  ; Leaving the session returns to $expeditor, which then saves the history.
  (define (session start)
    (call/1cc
      (lambda (leave)
        (define leave-with (case-lambda [() (leave (void))] [(x . rest) (leave x)]))
        (define (fail) (leave -1))
        (parameterize ([exit-handler leave-with]
                       [abort-handler (case-lambda [() (fail)] [(x) (leave x)])]
                       [reset-handler fail])
          (start)))))
  (define (with-editor start)
    (lambda arguments
      (define (go) (session (lambda () (apply start arguments))))
      (if ($enable-expeditor) ($expeditor go) (go))))
  (scheme-start (with-editor (scheme-start)))
  (scheme-script (with-editor (scheme-script)))
  (scheme-program (with-editor (scheme-program))))
