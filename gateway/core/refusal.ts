import type { Text } from '../../drivers/point.ts'

/** What is wrong with something that people wrote, in both languages. Its `message` is the English one, for logs. */
export class Refusal extends Error {
  readonly text: Text
  constructor(zh: string, en: string) {
    super(en)
    this.text = { 'zh-CN': zh, en }
  }
}

/** What a program says at its end, English first; a fault of the machine is said as it is. */
export const bothOf = (error: unknown): readonly string[] =>
  error instanceof Refusal ? [error.text.en, error.text['zh-CN']] : [(error as Error).message]

export const refuse = (zh: string, en: string): never => {
  throw new Refusal(zh, en)
}
