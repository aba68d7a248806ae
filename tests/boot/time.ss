;; Time and dates: clocks, durations, conversions, and the parts of dates. The tests run with the
;; time zone UTC.

(test "the clock is after 2024" (> (time-second (current-time)) 1704067200) => #t)
(test "kinds of time"
  (map (lambda (t) (time-type (current-time t)))
    '(time-utc time-monotonic time-duration time-process time-thread time-collector-cpu
       time-collector-real))
  => (time-utc time-monotonic time-duration time-process time-thread time-collector-cpu
       time-collector-real))
(test "monotonic time does not go back"
  (let loop ([i 0] [last (current-time 'time-monotonic)])
    (if (= i 1000)
      #t
      (let ([now (current-time 'time-monotonic)]) (and (time>=? now last) (loop (+ i 1) now)))))
  => #t)
(test "process time grows"
  (let ([a (current-time 'time-process)])
    (let loop ([i 0]) (when (< i 1000000) (loop (+ i 1))))
    (time>? (current-time 'time-process) a))
  => #t)
(test "cpu-time and real-time"
  (let ([c (cpu-time)] [r (real-time)])
    (list (and (integer? c) (>= c 0)) (and (integer? r) (>= r 0)) (>= (real-time) r)
      (>= (cpu-time) c)))
  => (#t #t #t #t))
(test "sleep"
  (let ([a (current-time 'time-monotonic)])
    (sleep (make-time 'time-duration 30000000 0))
    (let ([d (time-difference (current-time 'time-monotonic) a)])
      (list (time-type d) (>= (+ (* 1000000000 (time-second d)) (time-nanosecond d)) 30000000))))
  => (time-duration #t))
(test "make-time and its parts"
  (let ([t (make-time 'time-utc 5 7)])
    (set-time-second! t 8)
    (set-time-nanosecond! t 9)
    (list (time? t) (time-second t) (time-nanosecond t) (time-type t)))
  => (#t 8 9 time-utc))
(test "comparison of times"
  (let ([a (make-time 'time-utc 5 7)] [b (make-time 'time-utc 6 7)])
    (list (time<? a b) (time>? a b) (time=? a (copy-time a)) (time<=? a a) (time>=? b a)))
  => (#t #f #t #t #t))
(test "differences and sums"
  (let* ([a (make-time 'time-utc 500000000 10)]
         [b (make-time 'time-utc 700000000 8)]
         [d (time-difference a b)]
         [s (add-duration b d)]
         [m (subtract-duration a d)])
    (list (time-second d) (time-nanosecond d) (time=? s a) (time=? m b)))
  => (1 800000000 #t #t))
(test "a negative difference"
  (let ([d (time-difference (make-time 'time-utc 0 5) (make-time 'time-utc 1 7))])
    (list (time-second d) (time-nanosecond d)))
  => (-3 999999999))
(test-print "times print" (make-time 'time-duration 5 7) => "#<time-duration 7.000000005>")
(test "date of a time"
  (let ([d (time-utc->date (make-time 'time-utc 123456789 0) 0)])
    (list (date-year d) (date-month d) (date-day d) (date-hour d) (date-minute d) (date-second d)
      (date-nanosecond d) (date-zone-offset d) (date-week-day d) (date-year-day d)))
  => (1970 1 1 0 0 0 123456789 0 4 0))
(test "a known moment"
  (let ([d (time-utc->date (make-time 'time-utc 0 1709210096) 0)])
    (list (date-year d) (date-month d) (date-day d) (date-hour d) (date-minute d) (date-second d)
      (date-week-day d) (date-year-day d)))
  => (2024 2 29 12 34 56 4 59))
(test "a moment before the epoch"
  (let ([d (time-utc->date (make-time 'time-utc 0 -86400) 0)])
    (list (date-year d) (date-month d) (date-day d) (date-week-day d)))
  => (1969 12 31 3))
(test "a moment in another zone"
  (let ([d (time-utc->date (make-time 'time-utc 0 0) 3600)])
    (list (date-hour d) (date-zone-offset d)))
  => (1 3600))
(test "date->time-utc"
  (time-second (date->time-utc (make-date 0 56 34 12 29 2 2024 0))) => 1709210096)
(test "date->time-utc in a zone"
  (time-second (date->time-utc (make-date 0 0 0 1 1 1 1970 3600))) => 0)
(test "dates there and back"
  (andmap
    (lambda (s) (= s (time-second (date->time-utc (time-utc->date (make-time 'time-utc 0 s) 0)))))
    '(0 1 951782400 1000000000 1709210096 4102444800))
  => #t)
(test "make-date fills in the week day"
  (let ([d (make-date 0 0 0 0 25 12 2023 0)])
    (list (date-week-day d) (date-year-day d) (date-dst? d)))
  => (1 358 #f))
(test "the date of now"
  (let ([d (current-date)])
    (list (date? d) (>= (date-year d) 2024) (<= 1 (date-month d) 12) (<= 0 (date-week-day d) 6)
      (date-zone-offset d)))
  => (#t #t #t #t 0))
(test "the date of now in a zone" (date-zone-offset (current-date -18000)) => -18000)
(test "the zone's name" (date-zone-name (current-date)) => "UTC")
(test "current-date and current-time agree"
  (let ([d (current-date)] [t (current-time)])
    (< (abs (- (time-second t) (time-second (date->time-utc d)))) 5))
  => #t)
(test "date-and-time of a date"
  (date-and-time (make-date 0 56 34 12 29 2 2024 0)) => "Thu Feb 29 12:34:56 2024")
(test-print "dates print" (make-date 0 56 34 12 29 2 2024 0) => "#<date Thu Feb 29 12:34:56 2024>")
(test-error "a bad month"
  (make-date 0 0 0 0 1 13 2024 0) => "Exception in make-date: invalid month 13")
(test-error "a bad day" (make-date 0 0 0 0 0 1 2024 0) => "Exception in make-date: invalid day 0")
(test-error "a day that the month doesn't have" (make-date 0 0 0 0 29 2 2007 0)
  => "Exception in make-date: invalid day 29 for month 2 and year 2007")
(test-error "a bad kind of time"
  (current-time (hidden 'time-none))
  => "Exception in current-time: unrecognized time type time-none")
(test-error "times of different kinds"
  (time<? (make-time 'time-utc 0 1) (make-time 'time-duration 0 1))
  => "Exception in time<?: types of #<time-utc 1.000000000> and #<time-duration 1.000000000> differ")
(test "collector times are durations"
  (list (time? (current-time 'time-collector-cpu))
    (begin
      (collect)
      (time>=? (current-time 'time-collector-real) (make-time 'time-collector-real 0 0))))
  => (#t #t))
(test "bytes and collections are counted"
  (list (> (bytes-allocated) 1000000) (>= (bytes-deallocated) 0) (> (current-memory-bytes) 1000000)
    (>= (maximum-memory-bytes) (current-memory-bytes))
    (parameterize ([collect-request-handler void])
      (let ([n (collections)]) (collect) (= (collections) (+ n 1)))))
  => (#t #t #t #t #t))
