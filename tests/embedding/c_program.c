/* A C program that uses coracle.h; tests/embedding/run compares what it prints. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/c/coracle.h"

static void show(coracle_machine* m, coracle_value* v, coracle_error* e) {
  if (v == NULL) {
    printf("error %d: %s\n", (int)coracle_error_kind_of(e), coracle_error_message(e));
    coracle_error_free(e);
    return;
  }
  coracle_value* format = coracle_lookup(m, "format", NULL);
  coracle_value* arguments[] = {coracle_string(m, "~s", 2), v};
  coracle_value* text = coracle_call(format, arguments, 2, NULL);
  char* s = coracle_get_string(text, NULL);
  printf("%s\n", s);
  free(s);
  coracle_value_free(format);
  coracle_value_free(arguments[0]);
  coracle_value_free(text);
  coracle_value_free(v);
}

static void eval(coracle_machine* m, const char* source) {
  coracle_error* e = NULL;
  coracle_value* v = coracle_eval(m, source, &e);
  show(m, v, e);
}

static coracle_value* add(coracle_machine* m, coracle_value* const* arguments, size_t count,
                          void* data) {
  int64_t sum = *(int64_t*)data, n;
  for (size_t i = 0; i < count; i++) {
    if (!coracle_get_int64(arguments[i], &n)) {
      coracle_raise(m, "not an integer");
      return NULL;
    }
    sum += n;
  }
  return coracle_int64(m, sum);
}

static coracle_value* call(coracle_machine* m, coracle_value* const* arguments, size_t count,
                           void* data) {
  coracle_error* e = NULL;
  coracle_value* v = coracle_call(arguments[0], NULL, 0, &e);
  (void)count;
  (void)data;
  if (v == NULL) coracle_raise_error(m, e);
  return v;
}

static void released(void* data) { printf("released %" PRId64 "\n", *(int64_t*)data); }

static void writer(const char* text, size_t size, void* data) {
  printf("%s<%.*s>\n", (const char*)data, (int)size, text);
}

static void define(coracle_machine* m, const char* name, coracle_value* v) {
  if (!coracle_define(m, name, v, NULL)) printf("%s can't be defined\n", name);
  coracle_value_free(v);
}

int main(int argc, char** argv) {
  coracle_error* e = NULL;
  coracle_machine* m = coracle_boot("/nonexistent", &e);
  printf("%d %d\n", m == NULL, coracle_error_kind_of(e) == CORACLE_BOOT);
  coracle_error_free(e);
  e = NULL;
  m = coracle_boot(argc > 1 ? argv[1] : NULL, &e);
  if (m == NULL) {
    printf("%s\n", coracle_error_message(e));
    return 1;
  }
  eval(m, "(expt 2 100)");
  eval(m, "(list 1.5 \"\xce\xbb\" 'a)");

  coracle_value* failed = coracle_eval(m, "(vector-ref '#(1) 5)", &e);
  printf("%d %d %s\n", failed == NULL, coracle_error_kind_of(e), coracle_error_message(e));
  show(m, coracle_error_irritants(e), NULL);
  coracle_value_free(coracle_error_condition(e));
  coracle_error_free(e);
  e = NULL;

  int64_t start = 100;
  define(m, "add", coracle_procedure(m, "add", -1, add, &start, released, NULL));
  define(m, "call", coracle_procedure(m, "call", 1, call, NULL, NULL, NULL));
  eval(m, "(add 1 2 3)");
  eval(m, "(add 1 'x)");
  eval(m, "(guard (c [#t (condition-irritants c)]) (add 'x))");
  eval(m, "(call)");
  eval(m, "(call (lambda () (call (lambda () 7))))");
  eval(m, "(guard (c [#t (list 'caught c)]) (call (lambda () (raise 8))))");
  eval(m, "(call/cc (lambda (k) (call (lambda () (k 9))) 10))");

  coracle_value* items[] = {coracle_int64(m, INT64_MIN), coracle_double(m, 0.5),
                            coracle_bool(m, false), coracle_symbol(m, "s")};
  coracle_value* list = coracle_list(m, items, 4);
  for (int i = 0; i < 4; i++) coracle_value_free(items[i]);
  coracle_value* rest = coracle_cdr(list);
  show(m, coracle_copy(rest), NULL);
  coracle_value* first = coracle_car(list);
  int64_t n;
  double x;
  printf("%d %d %d\n", coracle_get_int64(first, &n) && n == INT64_MIN, coracle_get_int64(rest, &n),
         coracle_get_double(first, &x) && x < 0);
  coracle_value_free(first);
  coracle_value_free(rest);
  show(m, list, NULL);

  coracle_set_limits(m, 100000, 0);
  eval(m, "(let loop () (loop))");
  coracle_set_limits(m, 0, 0);
  coracle_interrupt(m);
  eval(m, "(let loop () (loop))");

  char out[] = "out";
  if (!coracle_set_output(m, writer, out, NULL, NULL, NULL)) return 1;
  eval(m, "(display 'hello)");
  eval(m, "(set! add #f) (collect 0 1) (collect 1 2) (collect 2 3) 'collected");
  eval(m, "(exit 4)");
  eval(m, "1");
  coracle_free(m);
  return 0;
}
