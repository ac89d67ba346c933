import i18next from 'i18next'
import { ApiError } from './api.ts'

/**
 * Has the browser save what the gateway makes by a POST, such as a ZIP of somebody's data.
 * @param path below /api/v1
 * @param name of the file
 * @throws ApiError a refusal in its own words; status 0: no answer
 */
export async function saveMade(path: string, name: string, body?: object): Promise<void> {
  const headers: Record<string, string> = { 'Accept-Language': i18next.language }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  let answer: Response
  let bytes: Blob
  try {
    answer = await fetch(`/api/v1/${path}`, {
      method: 'POST',
      credentials: 'same-origin',
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    bytes = await answer.blob()
  } catch {
    throw new ApiError(0, 'network', i18next.t('error.network'))
  }
  if (!answer.ok) {
    const { code = `http-${answer.status}`, detail = '' } = refusalOf(await bytes.text())
    throw new ApiError(answer.status, code, detail || i18next.t('error.unknown', { status: answer.status }))
  }
  const url = URL.createObjectURL(bytes)
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  URL.revokeObjectURL(url)
}

function refusalOf(text: string): { readonly code?: string; readonly detail?: string } {
  try {
    return JSON.parse(text) as { code?: string; detail?: string }
  } catch {
    return {}
  }
}
