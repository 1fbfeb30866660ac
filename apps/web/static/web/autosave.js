/* A draft is saved as it is written. Nothing is kept in the browser, whatever its marking: while the line is down the page
   says so, keeps what was typed, asks before it is left, and saves as soon as the line is back. */
(() => {
  'use strict'

  const PAUSE = 3000 // milliseconds after the last key
  const form = document.querySelector('form[data-autosave]')
  const place = document.getElementById('saved')
  if (!form || !place) return
  const words = form.dataset
  let timer = 0
  let running = null
  let unsaved = false
  let leaving = false

  const tell = (text) => { if (place.textContent !== text) place.textContent = text }

  async function send () {
    const body = new FormData(form)
    body.set('do', 'autosave')
    const answer = await fetch(window.location.href, { method: 'POST', body, headers: { Accept: 'application/json' } })
    if (answer.status === 200) {
      const { saved, stamp } = await answer.json()
      form.elements.stamp.value = stamp
      return tell(saved)
    }
    unsaved = true
    tell({ 401: words.left, 403: words.left, 409: words.overtaken, 422: words.wrong }[answer.status] ?? words.offline)
  }

  async function save () {
    window.clearTimeout(timer)
    if (running) await running
    unsaved = false
    running = send().catch(() => {
      unsaved = true
      tell(words.offline)
    })
    await running
    running = null
  }

  function changed () {
    unsaved = true
    window.clearTimeout(timer)
    timer = window.setTimeout(save, PAUSE)
  }

  form.addEventListener('input', changed)
  form.addEventListener('change', changed)
  document.addEventListener('htmx:afterSettle', changed) // a row came, went or moved
  window.addEventListener('online', () => { if (unsaved) save() })

  // A button goes after what is on its way: it would carry the stamp of before, and be taken for a colleague's.
  form.addEventListener('submit', (event) => {
    window.clearTimeout(timer)
    if (!running) {
      leaving = true
      return
    }
    event.preventDefault()
    running.then(() => form.requestSubmit(event.submitter))
  })
  window.addEventListener('beforeunload', (event) => { if (unsaved && !leaving) event.preventDefault() })
})()
