/* A C program written against Chez Scheme's own scheme.h: calls both ways, all kinds of objects. It
   prints what it finds; tests/embedding/run compiles it with the release's header and compares. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scheme.h"

static ptr top(const char* name) { return Stop_level_value(Sstring_to_symbol(name)); }

static ptr eval(const char* text) {
  ptr port = Scall1(top("open-input-string"), Sstring_utf8(text, -1));
  return Scall1(top("eval"), Scall1(top("read"), port));
}

static void show(const char* what, ptr x) {
  ptr s = Scall2(top("format"), Sstring("~s"), x);
  iptr i;
  printf("%s: ", what);
  for (i = 0; i < Sstring_length(s); i++) putchar((int)Sstring_ref(s, i));
  putchar('\n');
}

/* Functions that Scheme calls. */
static int add(int a, int b) { return a + b; }
static double half(double x) { return x / 2; }
static ptr swap(ptr pair) { return Scons(Scdr(pair), Scar(pair)); }
static ptr call_back(ptr procedure, ptr x) { return Scall1(procedure, x); }
static iptr as_integer(ptr x) { return Sinteger_value(x); }
static ptr length_of(const char* s) { return Sinteger((iptr)strlen(s)); }

static void custom_init(void) {
  Sforeign_symbol("add", (void*)add);
  Sforeign_symbol("half", (void*)half);
}

static void numbers(void) {
  const char* reason = "";
  iptr n;
  Suint64_t u;
  Sint32_t i32;
  show("integers", Scons(Sinteger(-5), Scons(Sunsigned(~(uptr)0), Snil)));
  show("32 bits", Scons(Sinteger32(-1), Sunsigned32(0xFFFFFFFFu)));
  show("64 bits", Scons(Sinteger64(INT64_MIN), Sunsigned64(UINT64_MAX)));
  printf("values: %lld %lld %u %llu\n", (long long)Sinteger_value(Sinteger(-7)),
         (long long)Sinteger64_value(Sinteger64(INT64_MIN)),
         (unsigned)Sunsigned32_value(Sunsigned32(4000000000u)),
         (unsigned long long)Sunsigned64_value(Sunsigned64(UINT64_MAX)));
  printf("try: %d", Stry_integer_value(Sfalse, &n, &reason));
  printf(" %s", reason);
  printf(", %d", Stry_integer32_value(Sinteger64((Sint64_t)1 << 40), &i32, &reason));
  printf(" %s", reason);
  printf(", %d", Stry_unsigned64_value(Sunsigned64(UINT64_MAX), &u, NULL));
  printf(" %llu\n", (unsigned long long)u);
  printf("flonum: %g %d\n", Sflonum_value(Sflonum(2.5)), Sflonump(Sflonum(1)));
}

static void objects(void) {
  ptr v = Smake_vector(3, Strue), fx = Smake_fxvector(2, Sfixnum(7)), s = Smake_string(2, 'x');
  ptr bv = Smake_bytevector(3, 255), box = Sbox(Snil), p = Scons(Sfixnum(1), Sfixnum(2));
  Svector_set(v, 1, Schar('a'));
  Sset_box(box, Sstring_of_length("abc", 2));
  Sset_car(p, Sstring_to_symbol("car"));
  Sset_cdr(p, Sstring_utf8("\xce\xbb", 2));
  Sstring_set(s, 1, 'y');
  Sbytevector_u8_set(bv, 0, 1);
  show("objects", Scons(v, Scons(fx, Scons(s, Scons(bv, Scons(box, p))))));
  printf("lengths: %d %d %d %d\n", (int)Svector_length(v), (int)Sfxvector_length(fx),
         (int)Sstring_length(s), (int)Sbytevector_length(bv));
  printf("predicates: %d%d%d%d%d%d%d%d\n", Svectorp(v), Sfxvectorp(fx), Sstringp(s),
         Sbytevectorp(bv), Sboxp(box), Spairp(p), Ssymbolp(Scar(p)), Sprocedurep(top("car")));
  printf("refs: %d %d %d %d\n", Svector_ref(v, 1) == Schar('a'),
         (int)Schar_value(Svector_ref(v, 1)), (int)Sfixnum_value(Sfxvector_ref(fx, 0)),
         Sbytevector_u8_ref(bv, 0));
  show("symbol", Ssymbol_to_string(Sstring_to_symbol("name")));
  show("empty", Scons(Sstring(""), Smake_uninitialized_string(0)));
  {
    ptr r = eval(
        "(let () (define-record-type a (fields x)) (define-record-type b (parent a))"
        " (make-b 5))");
    ptr type = Srecord_type(r);
    printf("record: %d %d %d\n", Srecordp(r), (int)Sfixnum_value(Srecord_uniform_ref(r, 0)),
           Srecord_type_uniformp(type));
    show("parent", Scall1(top("record-type-name"), Srecord_type_parent(type)));
    printf("size: %d\n", (int)Srecord_type_size(type));
  }
}

static void locks(void) {
  ptr p = Scons(Sfixnum(1), Snil);
  Slock_object(p);
  eval("(collect 0 1)");
  printf("locked: %d %d", Slocked_objectp(p), (int)Sfixnum_value(Scar(p)));
  Sunlock_object(p);
  printf(" %d\n", Slocked_objectp(p));
}

static void calls(void) {
  ptr plus = top("+"); /* before Sinitframe: a call after it would replace the arguments */
  int i;
  show("call0", Scall0(top("vector")));
  show("call3", Scall3(top("list"), Sfixnum(1), Sfixnum(2), Sfixnum(3)));
  Sinitframe(5);
  for (i = 1; i <= 5; i++) Sput_arg(i, Sfixnum(i));
  show("call", Scall(plus, 5));
  Sset_top_level_value(Sstring_to_symbol("mine"), Sstring("value"));
  show("mine", eval("mine"));
  show("unbound", top("no-such-variable") == eval("(#%$unbound-object)") ? Strue : Sfalse);
  Sforeign_symbol("swap", (void*)swap);
  Sforeign_symbol("swap", (void*)swap); /* registering the same again is not an error */
  Sforeign_symbol("call_back", (void*)call_back);
  Sforeign_symbol("as_integer", (void*)as_integer);
  Sregister_symbol("length_of", (void*)add);
  Sregister_symbol("length_of", (void*)length_of); /* this one replaces */
  show("add", eval("((foreign-procedure \"add\" (int int) int) 3 -4)"));
  show("half", eval("((foreign-procedure \"half\" (double) double) 5.0)"));
  show("swap", eval("((foreign-procedure \"swap\" (scheme-object) scheme-object) '(a . b))"));
  show("length_of", eval("((foreign-procedure \"length_of\" (string) scheme-object) \"four\")"));
  eval(
      "(define call-back"
      "  (foreign-procedure \"call_back\" (scheme-object scheme-object) scheme-object))");
  show("back", eval("(call-back (lambda (x) (collect 0 1) (list x x)) 'x)"));
  show("nested", eval("(call-back (lambda (x) (call-back (lambda (y) (* x y)) 6)) 7)"));
  /* What leaves a C function by a continuation, or by an error, leaves it for good. */
  show("escape", eval("(call/cc (lambda (k) (call-back k 'out) 'not-here))"));
  show("deep", eval("(call/cc (lambda (k)"
                    "  (call-back (lambda (x) (call-back (lambda (y) (k (list x y))) 2)) 1)))"));
  show("error", eval("(guard (c [#t (condition-message c)]) (call-back car 5))"));
  show("not an integer", eval("(guard (c [#t (list (condition-who c) (condition-irritants c))])"
                              "  ((foreign-procedure \"as_integer\" (scheme-object) iptr) 'x))"));
  show("two values", eval("(guard (c [#t (condition-irritants c)])"
                          "  (call-back (lambda (x) (values 1 2)) 0))"));
  show("entry", eval("(and (foreign-entry? \"add\") (not (foreign-entry? \"no-such\")))"));
}

int main(int argc, const char* argv[]) {
  Sscheme_init(NULL);
  if (argc > 1 && strcmp(argv[1], "--bytes") == 0) {
    int i;
    for (i = 2; i < 4; i++) {
      FILE* f = fopen(argv[i], "rb");
      char* data = malloc(100000000);
      Sregister_boot_file_bytes(argv[i], data, (iptr)fread(data, 1, 100000000, f));
      fclose(f);
    }
  } else {
    Sregister_boot_file("petite.boot");
    Sregister_boot_file("scheme.boot");
  }
  Sbuild_heap(argv[0], custom_init);
  numbers();
  objects();
  locks();
  calls();
  fflush(stdout);
  Scompact_heap();
  eval("(begin (display \"ported\\n\") (flush-output-port))");
  Sscheme_deinit();
  Sscheme_init(NULL);
  Sregister_boot_file("petite.boot");
  Sbuild_heap(NULL, NULL);
  show("again", eval("(+ 1 2)"));
  Sscheme_deinit();
  return 0;
}
