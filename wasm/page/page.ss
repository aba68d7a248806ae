;; What the page defines in its machines: pictures for programs, and what runs a program of the editor. The JavaScript
;; functions that it uses are the top-level variables whose names begin with "page:" (machine.js).

(current-eval interpret)  ; compiling what is here would take longer than it saves, and the page waits for it

(library (coracle page)
  (export display-html plot canvas draw wait-frame make-picture picture? picture-html)
  (import (chezscheme))

  (define (javascript name) (top-level-value name))

  ;; A value that is shown as what its HTML looks like.
  (define-record-type picture
    (fields html)
    (nongenerative)
    (sealed #t))

  ;; Shows a picture, HTML, or an element (of JavaScript's document) below what was written until now.
  (define (display-html x)
    (flush-output-port (console-output-port))
    ((javascript 'page:show-html) (if (picture? x) (picture-html x) x)))

  ;; --- Plots

  (define width 480)
  (define height 300)
  (define margin 40)

  (define (real-points who points)
    (map (lambda (point)
           (let-values ([(x y) (cond
                                 [(and (pair? point) (pair? (cdr point)) (null? (cddr point)))
                                  (values (car point) (cadr point))]
                                 [(pair? point) (values (car point) (cdr point))]
                                 [else (values point #f)])])
             (unless (and (real? x) (real? y))
               (assertion-violation who "this is no point: expected (x . y) or (x y), of real numbers" point))
             (cons (inexact x) (inexact y))))
         points))

  (define (sample f from to)
    (define steps 400)
    (let loop ([i steps] [points '()])
      (if (< i 0)
          points
          (let* ([x (+ from (/ (* i (- to from)) steps))] [y (f x)])
            (loop (- i 1) (if (real? y) (cons (cons x (inexact y)) points) points))))))

  (define (finite-point? point)
    (and (finite? (car point)) (finite? (cdr point))))

  ;; What separates the labels of an axis: 1, 2 or 5 times a power of ten; exact.
  (define (step-for from to)
    (let* ([rough (/ (- to from) 6)]
           [power (expt 10 (exact (floor (/ (log rough) (log 10)))))]
           [factor (/ rough power)])
      (* power (cond [(<= factor 1) 1] [(<= factor 2) 2] [(<= factor 5) 5] [else 10]))))

  (define (labels from to)
    (let ([step (step-for from to)])
      (let loop ([n (exact (ceiling (/ from step)))] [found '()])
        (let ([x (* n step)])
          (if (> x to) (reverse found) (loop (+ n 1) (cons x found)))))))

  (define (label-text x)
    (number->string (if (integer? x) x (inexact x))))

  (define (range points get)
    (let ([low (apply min (map get points))] [high (apply max (map get points))])
      (if (= low high) (values (- low 1.0) (+ high 1.0)) (values low high))))

  ;; A picture of a procedure from numbers to numbers, of a list of such, or of a list of points.
  (define plot
    (case-lambda
      [(what) (plot what -10 10)]
      [(what from to)
       (unless (and (real? from) (real? to) (< from to))
         (assertion-violation 'plot "found ~s to ~s, expected two numbers in order" from to))
       (cond
         [(procedure? what) (plot-lines (list (sample what (inexact from) (inexact to))))]
         [(and (pair? what) (for-all procedure? what))
          (plot-lines (map (lambda (f) (sample f (inexact from) (inexact to))) what))]
         [(pair? what) (plot-lines (list (real-points 'plot what)))]
         [else
          (assertion-violation 'plot "this is neither a procedure nor a list of procedures or points" what)])]))

  (define (plot-lines lines)
    (let* ([lines (map (lambda (line) (filter finite-point? line)) lines)] [points (apply append lines)])
      (when (null? points) (assertion-violation 'plot "there is no point with finite numbers"))
      (let-values ([(x0 x1) (range points car)] [(y0 y1) (range points cdr)])
        (define (place low high from to)
          (lambda (n) (+ from (* (- to from) (/ (- n low) (- high low))))))
        (define x-of (place x0 x1 margin (- width 10)))
        (define y-of (place y0 y1 (- height 24) 10))
        (define (line-element class x y xx yy)
          (format "<line class=\"~a\" x1=\"~,1f\" y1=\"~,1f\" x2=\"~,1f\" y2=\"~,1f\"/>" class x y xx yy))
        (define (text-element anchor x y text)
          (format "<text text-anchor=\"~a\" x=\"~,1f\" y=\"~,1f\">~a</text>" anchor x y text))
        (make-picture
          (call-with-string-output-port
            (lambda (port)
              (define (put . strings) (for-each (lambda (s) (display s port)) strings))
              (put (format "<svg class=\"plot\" role=\"img\" aria-label=\"a plot\" viewBox=\"0 0 ~a ~a\" width=\"~a\">"
                     width height width))
              (for-each
                (lambda (x)
                  (put (line-element (if (= x 0) "axis" "grid") (x-of x) 10.0 (x-of x) (- height 24.0))
                       (text-element "middle" (x-of x) (- height 8.0) (label-text x))))
                (labels x0 x1))
              (for-each
                (lambda (y)
                  (put (line-element (if (= y 0) "axis" "grid") (inexact margin) (y-of y) (- width 10.0) (y-of y))
                       (text-element "end" (- margin 6.0) (+ (y-of y) 4.0) (label-text y))))
                (labels y0 y1))
              (for-each
                (lambda (line i)
                  (put (format "<polyline class=\"line line-~a\" points=\"" (modulo i 6)))
                  (for-each (lambda (p) (put (format "~,1f,~,1f " (x-of (car p)) (y-of (cdr p))))) line)
                  (put "\"/>"))
                lines (iota (length lines)))
              (put "</svg>")))))))

  ;; --- Canvases

  ;; Shows a canvas and returns it.
  (define (canvas width height)
    (flush-output-port (console-output-port))
    ((javascript 'page:canvas) width height))

  ;; Draws on a canvas: each command is a list of its name, which is a method or a property of JavaScript's
  ;; CanvasRenderingContext2D or one of clear and circle, and its arguments.
  (define (draw canvas commands)
    ((javascript 'page:draw) canvas commands))

  ;; Waits until the page shows its next frame; returns the time in milliseconds.
  (define (wait-frame)
    ((javascript 'page:wait-frame))))

(library (coracle page run)
  (export run-program place-of names)
  (import (chezscheme) (coracle page))

  (define form-place #f)  ; of the form that is evaluated

  ;; Evaluates the forms of a text and prints their values. The text begins at character `start` of the file.
  (define (run-program text path start)
    (let ([source (make-source-file-descriptor path (open-bytevector-input-port (string->utf8 text)))]
          [port (open-string-input-port text)])
      (let loop ([position start])
        (let-values ([(form next) (get-datum/annotations port source position)])
          (unless (eof-object? form)
            (set! form-place (annotation-source form))
            (call-with-values (lambda () (eval form)) (lambda results (for-each (waiter-write) results)))
            (loop next))))))

  ;; Where in the file the condition was raised, if a program of it was run last: a list of the first character and
  ;; the one behind the last. Code that was optimized away has no place: then it is that of the form. The debugger
  ;; gets the condition.
  (define (place-of condition path)
    (define (here source)
      (and source
           (equal? (source-file-descriptor-path (source-object-sfd source)) path)
           (list (source-object-bfp source) (source-object-efp source))))
    (define (syntax-place form)
      (and form
           (let-values ([(source start?) (#%$syntax->src form)])
             (here source))))
    (define (frame-place k)
      (let loop ([frame (inspect/object k)] [left 1000])
        (and (eq? (frame 'type) 'continuation)
             (> left 0)
             (or (here (frame 'source-object))
                 (loop (frame 'link) (- left 1))))))
    (debug-condition condition)
    (or (and (#%$src-condition? condition) (here (#%$src-condition-src condition)))
        (and (syntax-violation? condition)
             (or (syntax-place (syntax-violation-subform condition))
                 (syntax-place (syntax-violation-form condition))))
        (and (continuation-condition? condition) (frame-place (condition-continuation condition)))
        (here form-place)))

  ;; The names that programs may use.
  (define (names)
    (map symbol->string (environment-symbols (interaction-environment)))))

(import (coracle page))
(debug-level 2)  ; calls that raise errors aren't tail calls, so that their places are known
(waiter-write
  (let ([write-value (waiter-write)])
    (lambda (value)
      (if (picture? value) (display-html value) (write-value value)))))
(current-eval compile)
