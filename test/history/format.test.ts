import { expect, it } from 'vitest'
import { append, finish, read, textNumber, writer } from '../../gateway/history/block.ts'
import { hasValue } from '../../gateway/history/codes.ts'
import { nothingBefore, packHours, sumUp, unpackHours } from '../../gateway/history/sums.ts'

/**
 * Bytes as the first version of the format wrote them, from the samples of `samplesOf`: files of years are full of them.
 * Never make them anew: another format has another version in its first byte, and these are still read.
 */
const written: Readonly<Record<string, string>> = {
  walk:
    'BAIo6AeAwMH/vmgFFAABAwE/CQAJSQD///AAAQzDAAmAGaANgANARACoAFICQBkgNAAQBEgVABSAkAyANIAgEShAKkGQBpAEAiAV' +
    'ICgCSDIA0AH//+AD0JASCf//4APQj/AKAABIEAACAQAAEBgAAJBgAAQA',
  float:
    'BAoo6AeAwMH/vmgFFAABAwE/CQAJSQD///gAAAACDwbMAZ///gABVVTNVWN1VUyVVTZVWIlVUiVVSZVWIlVUmVVSJVWIlVUmVVSJ' +
    'VWJlVUiVVSJVWJlVUiVVSUI8AAEyqsRKqpMqqkSqsRKqpMqqkSqsTKqpEqqkSqs///wAehICZVVf//4APQj/EqqgAAJlVYAABEqq' +
    'gAAIlVUAABMqrAAAIlVU',
  double:
    'BAso6AeAwMH/vmgFFAABAwE/CQAJSQAZ4QAkh+1RELRhnYQbwO/iHK3cMymcAv4hyt3DMpvAGS4F9ERVGRwHbMGVmYZjEcAckx5a' +
    'IhqdPAM3EC9/4ptRwBWfB6oifo08AMsQJeZiuVHB+LSbgu+deRwA54gtt3+0k8Aay4EtERXZHABlifdzMPRTwAnJgd0RNM0cA6uI' +
    'Mq7x15HADleBdzELyTwBvIht0TdUUcAGeYMrcRzdKEcByfBr3+KoxPADVzBtf99pRoyRDboiG7TwAXvwJuZi6UcAfJEG2iJ59HAB' +
    'XzA7buKoToyRfmoiF5RwAztwLeZvq08AFJEFqiIphHAP1zDnXeHpRwAXkQLeYmt///8AHoSAnRleD1RMcz///gA9CP8cANfECduI' +
    'WsAACeADkmPbRf1wAABHAHOxBa5iPpAAAjgApLgT0TNPgAATo1xDtfiGoAAAjgBvJgdUfG8g',
  jump:
    'BAAo6AeAwMH/vmgFFAABAwE/CQAJSQAMzM3MzcjIycj///gAAIACFAAAAn//////oACE///+jIycjJyMjJyP//+AAAgAIUAAACUI' +
    '//////yAAhP///pyMnIyMnI///4AACAAhQAAAJ//////6AAhP///oyN///gA9CQE7///AB6Ef4wAAE4AACMAABGAAAnAAAR///wA' +
    'AEABCgAAAA==',
  boolean:
    'BQAo6AeAwMH/vmgFFAABAwE/CQAJSQCGLDcyaRkSSMmQRkyCciQTkSUIJIyZBGTIJyJD///AB6EgJ3//+AD0I/xAAASAAAjAAARA' + 'AASAAAjA',
  text:
    'BgAo6AeAwMH/vmgFFAABAwE/CQAJSQIG6L+Q6KGMA29mZgzMNmZpEjJIk5BEnIJkZBMjJQgkiTkEScgmRkP//8AHoSAm///wAehH' +
    '+MAABIAACIAACMAABIAACIA=',
  hours:
    'AIDd2wGA3dsBgN3bAYDd2wGA3dsBgN3bAYDd2wGA3dsBAAAAAAAAAAAAAAAAAAAAACQEAhABEAEQAAD///AAAQzAAAAAAAAAAABA' +
    'CAAAAAAAAAAAAAAkBAIQARABEAAA///wAAENQAAAAAAAAAAAAAwAAAAAAAAAAAAAMQQKEAEQARAAAP//+MAAAAIPA1hZ///gAAKP' +
    'atQAAVp2j4AANpgAAAAAAAAAAAAAAAAkBAIQARABEAAA///wAAENQADAAAEAKAEAgAAAAAAAAAAAAAAAFAQCGAEAARgAAAAAP/zn' +
    'h88X8AAA',
}

const START = Date.UTC(2026, 10, 20, 8)
/** Two bad ones, then doubtful ones, one of which comes from a clock that is days ahead. */
const samplesOf = (kind: string) =>
  Array.from({ length: 40 }, (_, i) => ({
    at: START + i * 1000 + ((i * 7) % 5) + (i === 33 ? 1e9 : 0),
    code: i === 20 ? 3 : i === 21 ? 63 : i > 30 ? 73 : 0,
    value:
      kind === 'walk'
        ? (2150 + ((i * i) % 7)) / 100
        : kind === 'float'
          ? Math.fround(230 + i / 3)
          : kind === 'double'
            ? Math.PI * i
            : kind === 'jump'
              ? i % 10 === 9
                ? 2 ** 40 + i
                : i
              : i % 3 === 0
                ? 1
                : 0,
  }))
const kinds = ['walk', 'float', 'double', 'jump', 'boolean', 'text']
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

it.each(kinds)('a block of the first version is read: %s', kind => {
  const got = read(Buffer.from(written[kind]!, 'base64'))
  const samples = samplesOf(kind)
  expect(got.n).toBe(40)
  expect([...got.times]).toEqual(samples.map(s => s.at))
  expect([...got.codes]).toEqual(samples.map(s => s.code))
  expect([...got.values].map(v => (kind === 'text' && !Number.isNaN(v) ? got.texts[v] : v))).toEqual(
    samples.map(s => (!hasValue(s.code) ? Number.NaN : kind === 'text' ? (s.value ? '运行' : 'off') : s.value)),
  )
})
it.each(kinds)('the same samples are the same bytes still, so that an older version reads them, too: %s', kind => {
  const w = writer(kind === 'boolean' || kind === 'text' ? kind : 'number', 1000)
  for (const { at, code, value } of samplesOf(kind))
    append(w, at, code, kind === 'text' ? textNumber(w, value ? '运行' : 'off') : value)
  expect(base64(finish(w))).toBe(written[kind])
})
it('the sums of a day', () => {
  const day = START - (START % 86_400_000)
  const series = {
    n: 40,
    times: Float64Array.from({ length: 40 }, (_, i) => START + i * 600_000),
    codes: new Uint8Array(40),
    values: Float64Array.from(samplesOf('walk'), s => s.value),
  }
  const edges = Float64Array.from({ length: 25 }, (_, i) => day + i * 3_600_000)
  const sums = sumUp(series, edges, nothingBefore)
  expect(base64(packHours(sums))).toBe(written.hours)
  const got = unpackHours(Buffer.from(written.hours!, 'base64'))
  for (const column of ['goodMs', 'min', 'max', 'last'] as const) expect([...got[column]]).toEqual([...sums[column]])
  expect([...got.mean]).toEqual([...sums.mean].map(Math.fround))
})
