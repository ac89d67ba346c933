import { expect, it } from 'vitest'
import { GatehouseError } from '../../gateway/core/errors.ts'
import { handoverSign } from '../../gateway/http/contract.ts'
import { CARD_WAIT_MS, signers } from '../../gateway/http/handoversign.ts'

/** Who signs a sheet: by password, by a card at the crew's reader, or by hand. */
const PNG = Buffer.from(`89504e470d0a1a0a${'00'.repeat(24)}`, 'hex').toString('base64')
const desk = { name: 'li', role: 'operator' as const }

function world(signAt: string | null = 'door') {
  const time = { now: 1000 }
  const readings: object[] = []
  const photos = new Set<string>()
  const users = new Map(
    Object.entries({ li: 'operator', zhao: 'guard', qian: 'billing', gone: 'guard' }).map(([name, role]) => [
      name,
      { name, role, disabled: name === 'gone' },
    ]),
  )
  const deps = {
    clock: { now: () => time.now },
    handover: {
      crews: () => [
        {
          ...{ id: 'room', signAt },
          people: ['li', 'zhao', 'qian', 'gone'].map(account => ({ name: account.toUpperCase(), account })),
        },
      ],
    },
    plant: () => ({ site: { access: { doors: new Map([['door', {}]]) } } }),
    accessRecords: { lastSeq: () => readings.length, events: () => [...readings].reverse() },
    people: {
      get: (id: string) => (id === 'nobody' ? undefined : { account: id === 'p-other' ? 'other' : id.slice(2) }),
    },
    users: {
      get: (name: string) => users.get(name),
      check: async (name: string, password: string) => (password === `${name}!` ? users.get(name) : undefined),
    },
    photos: {
      typeOf: (bytes: Buffer) => (bytes[0] === 0x89 ? 'image/png' : null),
      keep: () => ({ hash: 'h', isNew: photos.add('h').size === 1 }),
      drop: (hash: string) => photos.delete(hash),
    },
  }
  const signing = signers(deps as never)
  const reads = (person: string, more: object = {}) =>
    void readings.push({
      ...{ seq: readings.length + 1, at: time.now, outcome: 'granted', credential: 'c', person },
      ...more,
    })
  const sign = async (body: object): Promise<string> => {
    const parsed = handoverSign.safeParse(body)
    if (!parsed.success) return 'schema'
    try {
      const { by, signed } = await signing.of('ip', 'room', parsed.data, desk)
      return `${by.name} ${signed.how}${signed.picture ? ` ${signed.picture}` : ''}${signed.reading === null ? '' : ` ${signed.reading}`}`
    } catch (error) {
      if (!(error instanceof GatehouseError)) throw error
      return error.code
    }
  }
  return { time, signing, reads, sign, photos, readings }
}

it('by exactly one of three ways', async () => {
  const { sign } = world()
  expect([
    await sign({}),
    await sign({ name: 'zhao' }),
    await sign({ name: 'zhao', password: 'zhao!', image: PNG }),
    await sign({ card: true, image: PNG }),
    await sign({ name: 'zhao', card: true }),
    await sign({ name: 'zhao', password: 'no' }),
    await sign({ name: 'zhao', password: 'zhao!' }),
    await sign({ name: 'qian', password: 'qian!' }),
  ]).toEqual([
    ...['schema', 'schema', 'schema', 'schema', 'schema', 'handover-wrong-password', 'zhao password', 'not-allowed'],
  ])
})

it('a drawn signature is that of whoever is signed in at the screen, and of nobody else', async () => {
  const { sign, signing, photos } = world()
  expect(await sign({ image: PNG })).toBe('li drawn h')
  expect(await sign({ image: Buffer.from('no picture').toString('base64') })).toBe('not-a-signature')
  // What is not signed after all leaves no picture.
  photos.clear()
  const { drop } = await signing.of('ip', 'room', handoverSign.parse({ image: PNG }), desk)
  drop()
  expect(photos.size).toBe(0)
})

it('a card counts when it is let in at the reader of the crew after it was asked for, within the minute, and once', async () => {
  const w = world()
  w.reads('p-zhao')
  expect(await w.sign({ card: true })).toBe('handover-card-waits')
  w.signing.waitForCard('room')
  // He came in before anybody asked for his signature.
  expect([w.signing.cardSeen('room'), await w.sign({ card: true })]).toEqual([null, 'handover-card-waits'])
  w.reads('p-other')
  w.reads('nobody')
  w.reads('p-zhao', { outcome: 'denied-revoked' })
  w.reads('p-zhao', { outcome: 'granted-egress', credential: null })
  w.reads('p-zhao', { at: w.time.now + CARD_WAIT_MS + 1 })
  expect(w.signing.cardSeen('room')).toBeNull()
  w.reads('p-zhao')
  expect(w.signing.cardSeen('room')).toEqual({ account: 'zhao', name: 'ZHAO', reading: 7 })
  expect([await w.sign({ card: true }), await w.sign({ card: true })]).toEqual(['zhao card 7', 'handover-card-waits'])
  // Asked for anew, the reading of before is none.
  w.signing.waitForCard('room')
  expect(await w.sign({ card: true })).toBe('handover-card-waits')
  w.reads('p-gone')
  expect(await w.sign({ card: true })).toBe('handover-card-nobody')
  w.time.now += CARD_WAIT_MS
  expect(w.signing.waitingFor('room')).toBeNull()
})

it('a crew without a reader has no cards', () => {
  for (const door of [null, 'elsewhere'])
    expect(() => world(door).signing.waitForCard('room')).toThrow(
      expect.objectContaining({ code: 'handover-no-reader' }),
    )
})
