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
})
