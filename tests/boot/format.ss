;; format and its directives, printf and fprintf, pretty-print, trace, and the form of time's output.

(define-syntax formats
  (syntax-rules () [(_ (control arg ...) ...) (list (format control arg ...) ...)]))
(define (pretty x) (with-output-to-string (lambda () (pretty-print x))))

(test "~a and ~s"
  (formats ("~a|~s" "x" "x") ("~a ~s" #\a #\a) ("~a" '(1 "b" #\c)) ("~s" '(1 "b" #\c))
    ("no directive"))
  => ("x|\"x\"" "a #\\a" "(1 b c)" "(1 \"b\" #\\c)" "no directive"))
(test "padding with ~a and ~s"
  (formats ("~5a|" "x") ("~5@a|" "x") ("~5s|" 'ab) ("~10,,,'*a|" "x") ("~2a|" "longer")
    ("~,,3a|" "x"))
  => ("x    |" "    x|" "ab   |" "x*********|" "longer|" "x   |"))
(test "~d"
  (formats ("~d" 123) ("~5d|" 42) ("~:d" 1234567) ("~@d" 5) ("~,,'.:d" 1234567) ("~5,'0d" 42)
    ("~:@d" 1000) ("~d" -7))
  => ("123" "   42|" "1,234,567" "+5" "1.234.567" "00042" "+1,000" "-7"))
(test "~b ~o ~x ~r"
  (formats ("~b ~o ~x" 10 10 255) ("~8,'0b" 5) ("~3r" 10) ("~16r" 255) ("~:x" #xABCDEF))
  => ("1010 12 FF" "00000101" "101" "FF" "ABC,DEF"))
(test "~r in words"
  (formats ("~r" 0) ("~r" 7) ("~r" 1234) ("~:r" 21) ("~@r" 1999) ("~:@r" 4) ("~r" -12)
    ("~r" 1000000))
  => ("zero" "seven" "twelve hundred thirty-four" "twenty-first" "MCMXCIX" "IIII" "minus twelve"
      "one million"))
(test "~f"
  (formats ("~f" 1.5) ("~,2f" 3.14159) ("~8,3f|" 3.14159) ("~,0f" 2.5) ("~,3f" 1) ("~,2f" 1/3)
    ("~,2f" 1e10) ("~6,2f|" -1.005) ("~,1f" 0.05))
  => ("1.5" "3.14" "   3.142|" "3." "1.000" "0.33" "10000000000.00" " -1.00|" "0.1"))
(test "~e and ~g"
  (formats ("~e" 12345.678) ("~,3e" 12345.678) ("~12,4e|" 0.000123) ("~g" 1.5) ("~,3g" 1234.5))
  => ("1.2345678e+4" "1.235e+4" "   1.2300e-4|" "1.5" "1.235e+3"))
(test "~$"
  (formats ("~$" 3.14159) ("~3$" 2) ("~,4$" 1.5) ("~2,3,8$|" 1.5))
  => ("3.14" "2.000" "0001.50" "  001.50|"))
(test "~c"
  (formats ("~c~c" #\a #\space) ("~@c" #\space) ("~:c" #\newline)) => ("a " "#\\space" "<newline>"))
(test "~% ~& ~~ ~|"
  (formats ("a~%b") ("a~&b") ("~2%x") ("~~") ("a~%~&b") ("~3~"))
  => ("a\nb" "a\nb" "\n\nx" "~" "a\nb" "~~~"))
(test "~t columns"
  (formats ("a~10tb") ("abc~2tb") ("~5,5tx") ("a~3@tb") ("~a~8t~a~16t~a" 1 2 3))
  => ("a         b" "abc b" "     x" "a   b" "1       2       3"))
(test "~[ choices"
  (formats ("~[zero~;one~;two~]" 1) ("~[zero~;one~:;many~]" 7) ("~:[no~;yes~]" #f)
    ("~:[no~;yes~]" 1) ("~@[value ~a~]" 5) ("~@[value ~a~]" #f))
  => ("one" "many" "no" "yes" "value 5" ""))
(test "~{ iteration"
  (formats ("~{~a ~}" '(1 2 3)) ("~{~a=~a~^, ~}" '(a 1 b 2)) ("~:{(~a ~a)~}" '((1 2) (3 4)))
    ("~@{~a.~}" 1 2 3) ("~:@{<~a>~}" '(1) '(2)) ("~2{~a ~}" '(1 2 3)) ("~{~}" "~a!" '(1 2)))
  => ("1 2 3 " "a=1, b=2" "(1 2)(3 4)" "1.2.3." "<1><2>" "1 2 " "1!2!"))
(test "~* moves in the arguments"
  (formats ("~a ~*~a" 1 2 3) ("~a ~:*~a" 1 2) ("~a ~a ~0@*~a" 1 2)) => ("1 3" "1 1" "1 2 1"))
(test "~p plural"
  (formats ("~d car~:p" 1) ("~d car~:p" 2) ("~d fl~:@p" 1) ("~d fl~:@p" 3) ("thing~p" 5))
  => ("1 car" "2 cars" "1 fly" "3 flies" "things"))
(test "~( case"
  (formats ("~(HELLO~)") ("~:(hello world~)") ("~@(hello world~)") ("~:@(hello~)"))
  => ("hello" "Hello World" "Hello world" "HELLO"))
(test "~? recursion"
  (formats ("~? end" "~a-~a" '(1 2)) ("~@? end" "~a-~a" 1 2)) => ("1-2 end" "1-2 end"))
(test "~v and ~# parameters"
  (formats ("~va|" 5 "x") ("~#d" 7) ("~v,'0d" 4 9)) => ("x    |" "7" "0009"))
(test "~i and ~w and newline continuation"
  (formats ("~w" '("a")) ("a~\n    b")) => ("(\"a\")" "ab"))
(test "~< justification"
  (formats ("~10<a~;b~>|") ("~10:<abc~>|") ("~10@<abc~>|"))
  => ("a        b|" "       abc|" "abc       |"))
(test "format to a port and to #t"
  (list (let ([p (open-output-string)]) (format p "~a" 5) (get-output-string p))
    (with-output-to-string (lambda () (format #t "~a" 6))) (format #f "~a" 7))
  => ("5" "6" "7"))
(test-output "printf and fprintf"
  (begin (printf "~a-~s~%" "p" "q") (fprintf (current-output-port) "~d" 9)) => "p-\"q\"\n9")
(test-error "too few arguments for format"
  (format "~a ~a" (hidden 1))
  => "Exception in format: too few arguments for control string \"~a ~a\"")
(test-error "too many arguments for format"
  (format (hidden "~a") 1 2) => "Exception in format: too many arguments for control string \"~a\"")
(test-error "an unknown directive"
  (format (hidden "~!") 1) => "Exception in format: unrecognized directive ~!")
(test-error "~d of a string is refused"
  (format (hidden "~r") "x")
  => "Exception in format: expected exact integer for ~r, received \"x\"")

(test "pretty-print of short data"
  (list (pretty '(a b c)) (pretty "s") (pretty '#(1 2)) (pretty ''x) (pretty '(quote . x)))
  => ("(a b c)\n" "\"s\"\n" "#(1 2)\n" "'x\n" "(quote . x)\n"))
(test "pretty-print of a definition"
  (pretty '(define (factorial n) (if (= n 0) 1 (* n (factorial (- n 1))))))
  => "(define (factorial n)\n  (if (= n 0) 1 (* n (factorial (- n 1)))))\n")
(test "pretty-print of a long let"
  (pretty '(let loop ([index 0] [accumulator '()] [remaining (vector-length some-vector)])
             (cond
               [(= index remaining) (reverse accumulator)]
               [else (loop (+ index 1) (cons (vector-ref some-vector index) accumulator)
                       remaining)])))
  => "(let loop ([index 0]\n           [accumulator '()]\n           [remaining (vector-length some-vector)])\n  (cond\n    [(= index remaining) (reverse accumulator)]\n    [else\n     (loop\n       (+ index 1)\n       (cons (vector-ref some-vector index) accumulator)\n       remaining)]))\n")
(test "pretty-print of a long list"
  (pretty (iota 40))
  => "(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22\n 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39)\n")
(test "pretty-print in a narrow line"
  (parameterize ([pretty-line-length 30])
    (pretty '(lambda (x y) (list (car x) (cdr y) (vector x y) "a string" #\c))))
  => "(lambda (x y)\n  (list (car x) (cdr y)\n    (vector x y) \"a string\"\n    #\\c))\n")
(test "pretty-print abbreviates quotations"
  (pretty '(list 'a `(b ,c ,@d) #'e)) => "(list 'a `(b ,c ,@d) #'e)\n")
(test "pretty-format"
  (begin (pretty-format 'my-when '(_ test 2 body ...)) (pair? (pretty-format 'my-when))) => #t)
(test "pretty-initial-indent and line limits"
  (list (pretty-initial-indent) (pretty-line-length) (pretty-one-line-limit)
    (pretty-standard-indent) (pretty-maximum-lines))
  => (0 75 60 1 #f))
(test "pretty-file"
  (begin
    (call-with-output-file "pf.ss" (lambda (p) (display "(define    (f x)\n(+ x\n1))" p)) 'replace)
    (pretty-file "pf.ss" "pf.out")
    (call-with-input-file "pf.out" get-string-all))
  => "(define (f x) (+ x 1))\n\n")
(test "print-extended-identifiers"
  (parameterize ([print-extended-identifiers #t]) (format "~s" '(|1+| |+a|))) => "(1+ +a)")

(define (traced n) (if (= n 0) 1 (* n (traced (- n 1)))))
(test-output "trace of a procedure"
  (begin (trace traced) (traced 3) (untrace traced) (traced 2))
  => "|(traced 3)\n| (traced 2)\n| |(traced 1)\n| | (traced 0)\n| | 1\n| |1\n| 2\n|6\n")
(test-output "trace-lambda" ((trace-lambda double (x) (* 2 x)) 21) => "|(double 21)\n|42\n")
(test-output "trace-let"
  (trace-let loop ([i 2]) (if (= i 0) 'done (loop (- i 1))))
  => "|(loop 2)\n|(loop 1)\n|(loop 0)\n|done\n")
(test-output "trace-define" (let () (trace-define (f x y) (+ x y)) (f 1 2)) => "|(f 1 2)\n|3\n")
(test-output "trace of tail calls"
  (let () (define f (trace-lambda f (n) (if (= n 0) 'end (f (- n 1))))) (f 2))
  => "|(f 2)\n|(f 1)\n|(f 0)\n|end\n")
(test "trace's list"
  (let* ([a (trace traced)] [b (trace)] [c (begin (untrace) (trace))]) (list a b c))
  => ((traced) (traced) ()))
(test "time's shape"
  (let* ([s (harness-capture (lambda () (time (+ 1 2))))]
         [lines (let loop ([p (open-input-string s)] [n 0])
                  (if (eof-object? (get-line p)) n (loop p (+ n 1))))])
    (list (substring s 0 14) (>= lines 3)))
  => ("(time (+ 1 ..." #t))
(test "time returns its values"
  (let ([v #f]) (harness-capture (lambda () (set! v (values->list (time (values 1 2)))))) v)
  => (1 2))
(test "sstats"
  (let* ([a (statistics)]
         [b (begin (hidden (make-vector 10000)) (statistics))]
         [d (sstats-difference b a)])
    (list (sstats? d) (time? (sstats-cpu d)) (>= (sstats-bytes d) 80000) (sstats-gc-count d)))
  => (#t #t #t 0))
(test "display-statistics writes lines"
  (let ([s (harness-capture display-statistics)]) (> (string-length s) 100)) => #t)
(test "object-counts"
  (pair? (parameterize ([enable-object-counts #t]) (collect 0 1) (object-counts))) => #t)
(test "compute-size"
  (list (compute-size '(1 2)) (compute-size (make-vector 10)) (compute-size 5)) => (32 96 0))
