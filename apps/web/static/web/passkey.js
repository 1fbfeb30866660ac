/* Passkeys: a form with data-passkey asks the browser for one when it is sent, and takes the answer along. Bytes travel as
   base64url, as the server's library reads and writes them. */
(() => {
  'use strict'

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'))
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0))
  }
  const text = (buffer) => {
    const plain = String.fromCharCode(...new Uint8Array(buffer))
    return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
  }
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }))

  function asked ({ publicKey }) {
    const read = { ...publicKey, challenge: bytes(publicKey.challenge) }
    if (publicKey.user) read.user = { ...publicKey.user, id: bytes(publicKey.user.id) }
    if (publicKey.excludeCredentials) read.excludeCredentials = known(publicKey.excludeCredentials)
    if (publicKey.allowCredentials) read.allowCredentials = known(publicKey.allowCredentials)
    return { publicKey: read }
  }

  function answer (credential) {
    const response = { clientDataJSON: text(credential.response.clientDataJSON) }
    for (const name of ['attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
      if (credential.response[name]) response[name] = text(credential.response[name])
    }
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults()
    }
  }

  async function ceremony (form) {
    const options = asked(JSON.parse(form.dataset.options))
    const credential = await navigator.credentials[form.dataset.passkey](options)
    form.querySelector('input[name$="passkey"]').value = JSON.stringify(answer(credential))
    form.submit()
  }

  document.addEventListener('submit', (event) => {
    const form = event.target.closest('form[data-passkey]')
    if (!form) return
    event.preventDefault()
    const said = form.querySelector('[role="alert"]')
    said.hidden = true
    ceremony(form).catch(() => {
      said.textContent = form.dataset.failed
      said.hidden = false
    })
  })
})()
