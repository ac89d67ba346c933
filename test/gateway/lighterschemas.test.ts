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
  expect(one._zod.bag).toBe(other._zod.bag)
  // The description of the API tells it, too.
  expect([one, other].map(schema => z.toJSONSchema(schema)).map(({ minLength }) => minLength)).toEqual([2, undefined])
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

it('schemas that say the same are one where they stand within others; those that say anything else are not', () => {
  const alike = (a: z.ZodType, b: z.ZodType) => {
    const { shape } = z.object({ a, b })
    return shape.a === shape.b
  }
  const pairs: readonly (readonly [string, () => readonly [z.ZodType, z.ZodType], boolean])[] = [
    ['two texts', () => [z.string(), z.string()], true],
    ['a text and a number', () => [z.string(), z.number()], false],
    ['the same length', () => [z.string().min(1).max(64), z.string().min(1).max(64)], true],
    ['another length', () => [z.string().max(64), z.string().max(65)], false],
    [
      'a length that is not always asked',
      () => [z.string().max(64), z.string().max(64, { when: () => false } as object)],
      false,
    ],
    ['a length and none', () => [z.string(), z.string().max(64)], false],
    ['the same pattern', () => [z.string().regex(/^a$/), z.string().regex(/^a$/)], true],
    ['the same pattern, any case', () => [z.string().regex(/^a$/), z.string().regex(/^a$/i)], false],
    ['a day and a time', () => [z.iso.date(), z.iso.datetime()], false],
    ['whole and any number', () => [z.int(), z.number()], false],
    ['a number and one made of a text', () => [z.number(), z.coerce.number()], false],
    ['from 0 and from -0.5', () => [z.number().min(0), z.number().min(-0.5)], false],
    ['from 0 and above 0', () => [z.number().min(0), z.number().gt(0)], false],
    ['from two days', () => [z.date().min(new Date(1)), z.date().min(new Date(2))], false],
    ['text or null, twice', () => [z.string().nullable(), z.string().nullable()], true],
    ['text or null, text or nothing', () => [z.string().nullable(), z.string().optional()], false],
    ['lists of the same', () => [z.array(z.number()), z.array(z.number())], true],
    ['lists of others', () => [z.array(z.number()), z.array(z.string())], false],
    ['the same words', () => [z.enum(['a', 'b']), z.enum(['a', 'b'])], true],
    ['other words', () => [z.enum(['a', 'b']), z.enum(['a', 'b c'])], false],
    ['1 and "1"', () => [z.literal(1), z.literal('1')], false],
    ['two refusals of the same kind', () => [z.string().refine(v => v > 'a'), z.string().refine(v => v > 'b')], false],
    ['two transforms', () => [z.string().transform(v => v), z.string().transform(v => `${v}!`)], false],
    ['two defaults', () => [z.number().default(1), z.number().default(2)], false],
    ['two messages', () => [z.string('one'), z.string('two')], false],
    ['one that is described', () => [z.string(), z.string().describe('a name')], false],
  ]
  expect(pairs.map(([what, both]) => [what, alike(...both())])).toEqual(pairs.map(([what, , same]) => [what, same]))
})

it('what is shared refuses and describes as before', () => {
  const made = z.object({
    list: z.array(z.string().trim().min(1).max(3)),
    either: z.union([z.literal('x'), z.number().int().min(2)]).nullable(),
    more: z.object({ name: z.string().min(1).max(3) }).optional(),
    named: z.string().describe('a name').max(5),
  })
  const wrong = { list: ['abcd', ' a '], either: 1, more: { name: '' }, named: 'abcdef' }
  expect(made.safeParse(wrong).error!.issues.map(({ path }) => path.join('.'))).toEqual([
    'list.0',
    'either',
    'more.name',
    'named',
  ])
  expect(made.parse({ list: [' a '], either: null, named: 'b' })).toEqual({ list: ['a'], either: null, named: 'b' })
  expect(made.extend({ list: z.string() }).parse({ list: 'a', either: 'x', named: 'b' }).list).toBe('a')
  expect(z.toJSONSchema(made, { io: 'input' }).properties).toMatchObject({
    list: { items: { type: 'string', minLength: 1, maxLength: 3 } },
    either: { anyOf: [{ anyOf: [{ const: 'x' }, { type: 'integer', minimum: 2 }] }, { type: 'null' }] },
    more: { properties: { name: { type: 'string', minLength: 1, maxLength: 3 } } },
    named: { type: 'string', maxLength: 5 },
  })
})
