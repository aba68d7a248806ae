;; (coracle js): JavaScript's objects in Scheme.
;;
;; Objects of JavaScript's, arrays and promises too, are references: what Scheme does with them is done to the objects
;; themselves. Numbers, strings, booleans and undefined (void) are converted, and functions are procedures, which can be
;; called; these convert what they return, and wait for it if it is a promise. Arguments are converted as the package's
;; README lists; scheme->js and js->scheme convert explicitly.
(library (coracle js)
  (export js-eval js-global js-ref js-set! js-delete! js-call js-new js-procedure js-await js-import
          js-typeof js-instance? js-object? js-null js-null?
          js->scheme scheme->js js->bytevector bytevector->js)
  (import (chezscheme))

  (define-syntax define-operations
    (syntax-rules ()
      [(_ name ...)
       (begin (define name (cadr (assq 'name (getprop '$js-operations 'list #f)))) ...)]))

  ;; They are wasm/operations.js's. A key is a string, a symbol, an index or a reference to a symbol.
  (define-operations
    js-eval        ; (js-eval TEXT): the value of JavaScript code, in the global scope
    js-set!        ; (js-set! OBJECT KEY VALUE)
    js-delete!     ; (js-delete! OBJECT KEY)
    js-call        ; (js-call OBJECT METHOD ARGUMENT ...); OBJECT may be a function, METHOD #f: then that is called
    js-new         ; (js-new CLASS ARGUMENT ...)
    js-procedure   ; (js-procedure PROCEDURE): one function for it, for instance a handler of events
    js-await       ; (js-await PROMISE): its value, when it is there
    js-import      ; (js-import URL): a module
    js-typeof      ; (js-typeof VALUE): a symbol
    js-instance?   ; (js-instance? VALUE CLASS)
    js->scheme     ; (js->scheme VALUE): arrays as lists, objects as hash tables, and so on, all through
    scheme->js     ; (scheme->js VALUE): a reference to what it is converted to
    js->bytevector ; (js->bytevector BUFFER): the bytes of an ArrayBuffer or of a view of one
    bytevector->js ; (bytevector->js BYTEVECTOR CLASS-NAME): a typed array of these bytes
    $js-get)

  ;; (js-ref OBJECT KEY ...): a property of a property...
  (define (js-ref object key . keys)
    (fold-left $js-get ($js-get object key) keys))

  ;; (js-global KEY ...): of the global object, which (js-global) is itself
  (define (js-global . keys)
    (fold-left $js-get (js-eval "globalThis") keys))

  (define js-null (js-eval "null"))
  (define (js-null? x) (eq? x js-null))
  (define js-object?
    (let ([type (record-rtd js-null)])
      (lambda (x) ((record-predicate type) x)))))
