import '../../gateway/core/lighterschemas.ts'
import { expect, it } from 'vitest'
import { z } from 'zod'

it('schemas of one kind share what zod says of their kind, those of two kinds do not, and each checks as before', () => {
  const [one, other] = [z.string().min(2), z.string()]
  expect(one._zod.traits).toBe(z.string().max(9)._zod.traits)
  expect(one._zod.traits).not.toBe(z.number()._zod.traits)
  expect([one instanceof z.ZodString, one instanceof z.ZodNumber, z.int() instanceof z.ZodNumber]).toEqual([
    true,
    false,
    true,
  ])
  expect([one, other].map(schema => schema.safeParse('x').success)).toEqual([false, true])
  // What a check says of its schema, it says of no other.
  expect([one.minLength, other.minLength, other.max(5).maxLength, other.maxLength]).toEqual([2, null, 5, null])
  expect([z.iso.date().parse('2026-11-23'), z.number().int().minValue, z.number().min(3).minValue]).toEqual([
    '2026-11-23',
    Number.MIN_SAFE_INTEGER,
    3,
  ])
  const either = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('a'), n: z.number() }),
    z.object({ kind: z.literal('b') }),
  ])
  expect([{ kind: 'b' }, { kind: 'a', n: 1 }, { kind: 'a' }].map(one => either.safeParse(one).success)).toEqual([
    true,
    true,
    false,
  ])
})
