/* util/arena.c: alignment, growth, big pieces, and reuse after a reset. */
#include "util/arena.h"

#include <criterion/criterion.h>

#include <stdalign.h>
#include <stddef.h>

Test(arena, aligns_every_piece_for_any_type)
{
    struct arena a = {0};
    for (size_t size = 0; size < 200; size++) {
        void *p = arena_alloc(&a, size);
        cr_assert_not_null(p);
        cr_assert_eq((uintptr_t)p % alignof(max_align_t), 0);
        memset(p, 0xAA, size);
    }
    arena_done(&a);
}

Test(arena, pieces_do_not_overlap)
{
    enum { COUNT = 20000 };
    static unsigned char *pieces[COUNT];
    struct arena a = {0};
    for (size_t i = 0; i < COUNT; i++) {
        pieces[i] = arena_alloc(&a, i % 300 + 1);
        memset(pieces[i], (int)(i % 251), i % 300 + 1);
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t at = 0; at < i % 300 + 1; at++)
            cr_assert_eq(pieces[i][at], i % 251, "piece %zu byte %zu", i, at);
    arena_done(&a);
}

Test(arena, gives_pieces_of_any_size_between_small_ones)
{
    static const size_t sizes[] = {1, 4096, 16, 4097, 16384, 16385, 32, 1 << 20, 8, 5 << 20, 1};
    enum { COUNT = sizeof sizes / sizeof sizes[0] };
    unsigned char *pieces[COUNT];
    struct arena a = {0};
    for (size_t i = 0; i < COUNT; i++) {
        pieces[i] = arena_alloc(&a, sizes[i]);
        cr_assert_not_null(pieces[i]);
        memset(pieces[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        cr_assert_eq(pieces[i][0], i + 1);
        cr_assert_eq(pieces[i][sizes[i] - 1], i + 1);
    }
    arena_done(&a);
}

Test(arena, big_piece_does_not_end_the_block_in_use)
{
    struct arena a = {0};
    char *first = arena_alloc(&a, 16);
    cr_assert_not_null(arena_alloc(&a, 1 << 20));
    cr_assert_eq((char *)arena_alloc(&a, 16), first + 16);
    arena_done(&a);
}

Test(arena, zalloc_zeroes_memory_used_before)
{
    struct arena a = {0};
    unsigned char *dirty = arena_alloc(&a, 1000);
    memset(dirty, 0xFF, 1000);
    arena_reset(&a);
    unsigned char *clean = arena_zalloc(&a, 1000);
    cr_assert_eq(clean, dirty, "the block was not kept");
    for (size_t i = 0; i < 1000; i++)
        cr_assert_eq(clean[i], 0);
    arena_done(&a);
}

Test(arena, strdup_copies_bytes_and_terminates)
{
    struct arena a = {0};
    char source[] = "ab\0cd";
    char *copy = arena_strdup(&a, (struct str){source, 5});
    memset(source, 'x', sizeof source);
    cr_assert_eq(memcmp(copy, "ab\0cd\0", 6), 0);
    cr_assert_str_eq(arena_strdup(&a, STR_NONE), "");
    arena_done(&a);
}

Test(arena, reset_keeps_one_block_and_starts_over)
{
    struct arena a = {0};
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 5000; i++)
            memset(arena_alloc(&a, 100), round, 100);
        arena_reset(&a);
        cr_assert_not_null(a.blocks);
        cr_assert_eq(a.used, 0);
        void *kept = a.blocks;
        cr_assert_not_null(arena_alloc(&a, 1));
        cr_assert_eq((void *)a.blocks, kept);
        cr_assert_eq(a.used, alignof(max_align_t));
    }
    arena_done(&a);
}

Test(arena, reset_keeps_the_biggest_regular_block)
{
    struct arena a = {0};
    for (int i = 0; i < 8 << 10; i++)
        cr_assert_not_null(arena_alloc(&a, 1 << 10));
    arena_reset(&a);
    void *kept = a.blocks;
    for (int i = 0; i < 1 << 10; i++)
        cr_assert_not_null(arena_alloc(&a, 1 << 10));
    cr_assert_eq((void *)a.blocks, kept, "a mebibyte should fit the block that was kept");
    arena_done(&a);
}

Test(arena, reset_gives_a_giant_block_back)
{
    struct arena a = {0};
    cr_assert_not_null(arena_alloc(&a, 64 << 20));
    arena_reset(&a);
    cr_assert_null(a.blocks);
    cr_assert_not_null(arena_alloc(&a, 10));
    arena_done(&a);
}

Test(arena, impossible_sizes_give_null_and_leave_it_usable)
{
    struct arena a = {0};
    cr_assert_null(arena_alloc(&a, SIZE_MAX));
    cr_assert_null(arena_zalloc(&a, SIZE_MAX - 15));
    cr_assert_null(arena_strdup(&a, (struct str){"x", SIZE_MAX}));
    cr_assert_not_null(arena_alloc(&a, 1));
    arena_done(&a);
}

Test(arena, done_empties_and_accepts_nothing)
{
    struct arena a = {0};
    arena_reset(&a);
    cr_assert_not_null(arena_alloc(&a, 1));
    arena_done(&a);
    cr_assert_null(a.blocks);
    cr_assert_eq(a.used, 0);
    arena_done(&a);
    arena_done(NULL);
}
