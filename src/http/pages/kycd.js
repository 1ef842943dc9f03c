// What JavaScript adds to the customer's page: it follows what changes, sends forms without losing anything that does not
// arrive, and shows how far an upload is. Every form does its work without.
(() => {
  'use strict';

  const PATIENCE = 50_000;
  // Beyond it no answer comes any more: the network went away without a word.
  const SILENCE = 20_000;
  const LARGEST_FILE = 10 << 20;
  const voice = document.createElement('p');
  let isSending = false;

  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const watched = (page = document) => page.getElementById('live');
  const parse = (html) => new DOMParser().parseFromString(html, 'text/html');
  const actions = (root) => [...root.querySelectorAll('form')].map((form) => form.getAttribute('action'));
  const fields = (root) => [...root.querySelectorAll('input:not([type="hidden"]), select, textarea')];
  const named = (root, name) => name && root.querySelector(`[name="${CSS.escape(name)}"]`);

  function element(name, className, text) {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  }

  /** Whether something is typed or chosen there. */
  function isChanged(field) {
    if (field.type === 'file') return field.files.length > 0;
    if (!field.options) return field.value !== field.defaultValue;
    return ![...field.options].every((option) => option.selected === option.defaultSelected || !option.value);
  }

  /** Whether somebody would lose what is typed or chosen. */
  const isTouched = () => isSending || fields(document.querySelector('main')).some(isChanged);

  /** Takes what is typed or chosen, and was not sent, along to the next state of the page. */
  function keep(before, main, sent) {
    for (const field of fields(before)) {
      const next = field.form !== sent && isChanged(field) && named(main, field.name);
      if (!next) continue;
      if (field.type === 'file') next.files = field.files;
      else next.value = field.value;
      next.closest('details')?.setAttribute('open', '');
    }
  }

  /**
   * Puts another state of the page in the place of this one, or goes there if this page's policy does not allow it.
   * `sent` is the form that it answers.
   */
  function show(page, address, sent) {
    const [main, before] = [page.querySelector('main'), document.querySelector('main')];
    const allowed = actions(before);
    const isAllowed = (action) => allowed.includes(action) || (allowed.length > 0 && action.startsWith('/kyc-spa/'));
    if (!actions(main).every(isAllowed)) {
      location.replace(address);
      return;
    }
    const at = document.activeElement;
    // The button that sent it cannot be pressed, so nothing has the focus.
    const hadFocus = before.contains(at) || (sent && at === document.body);
    const place = at.form !== sent && named(main, at.name);
    before.replaceWith(document.adoptNode(main));
    keep(before, main, sent);
    document.title = page.title;
    history.replaceState(null, '', address);
    const heading = main.querySelector('h1');
    voice.textContent = (main.querySelector('.problems li, .note') ?? heading).textContent;
    if (hadFocus) {
      const wrong = [...main.querySelectorAll('[aria-invalid]')].find(({ offsetParent }) => offsetParent);
      heading.tabIndex = -1;
      (place || wrong || heading).focus();
    }
  }

  /** Where this page is, without what came of a form. */
  function here() {
    const address = new URL(location.href);
    address.searchParams.delete('note');
    address.hash = '';
    return address;
  }

  /** Asks for something, and gives up when `signal` says so or no answer can come any more. */
  async function get(address, headers = {}, stop = new AbortController()) {
    const alarm = setTimeout(() => stop.abort(), PATIENCE + SILENCE);
    try {
      const answer = await fetch(address, { headers, cache: 'no-store', signal: stop.signal });
      return { status: answer.status, etag: answer.headers.get('etag'), text: await answer.text() };
    } finally {
      clearTimeout(alarm);
    }
  }

  /** Asks for the page as it is now. */
  async function load(address) {
    const { status, text } = await get(address);
    const page = parse(text);
    if (status !== 200 || !watched(page)) throw new Error(status);
    return page;
  }

  function offer(address) {
    const { changed, reload } = watched().dataset;
    document.querySelector('.changed')?.remove();
    const told = element('p', 'note changed', `${changed} `);
    const link = element('a', '', reload);
    link.href = address.pathname + address.search;
    link.addEventListener('click', (event) => {
      event.preventDefault();
      if (isSending) return;
      load(address).then((page) => show(page, address), () => location.assign(link.href));
    });
    told.setAttribute('role', 'status');
    told.append(link);
    document.querySelector('h1').after(told);
  }

  /** Shows what has changed, or offers to: also where somebody began to type, or to send, while it came. */
  async function refresh(etag) {
    const address = here();
    if (!isTouched()) {
      const page = await load(address);
      if (!isTouched()) {
        // It brings its own etag.
        show(page, address);
        return;
      }
    }
    offer(address);
    watched().dataset.etag = etag;
  }

  /** Shows the page again if a provider that was left alone can be asked. */
  async function reopen() {
    const page = await load(here());
    if (!page.querySelector('.closed') && !isTouched()) show(page, here());
  }

  /** Goes to where the page says that it is no more, if it is. */
  async function leave() {
    const { status } = await get(here());
    if (status === 404) location.replace(here());
    throw new Error(status);
  }

  /** Waits for a change; of what nobody looks at there is none, which leaves the connection to other tabs. */
  async function change({ watch, etag }) {
    const stop = new AbortController();
    const hide = () => document.hidden && stop.abort();
    document.addEventListener('visibilitychange', hide);
    try {
      return await get(`${watch}&timeout_ms=${PATIENCE}`, { 'If-None-Match': etag }, stop);
    } finally {
      document.removeEventListener('visibilitychange', hide);
    }
  }

  async function becomeVisible() {
    while (document.hidden) {
      await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
    }
  }

  /** Shows whatever changes, for as long as the page is there. */
  async function follow() {
    let pause = 1_000;
    for (;;) {
      await becomeVisible();
      try {
        const { status, etag } = await change(watched().dataset);
        if (status === 403 || status === 404) await leave();
        // Another answer can be that of something in between, which knows no etag.
        if (status !== 304 && !etag) throw new Error(status);
        if (status !== 304 && etag !== watched().dataset.etag) await refresh(etag);
        else if (document.querySelector('.closed')) await reopen();
        pause = 1_000;
      } catch {
        if (!document.hidden) pause = Math.min(pause * 2, 60_000);
      }
      // Not everybody comes back to a server at the moment that it does.
      await wait(pause * (0.75 + Math.random() / 2));
    }
  }

  function complain(form, text) {
    form.querySelectorAll('fieldset .error, .broken').forEach((old) => old.remove());
    const told = element('p', 'error broken', text);
    told.setAttribute('role', 'alert');
    form.querySelector('button').before(told);
  }

  function progress(form) {
    const { uploading } = form.dataset;
    const told = element('p', 'uploading', uploading);
    const bar = document.createElement('progress');
    bar.setAttribute('aria-label', uploading);
    told.append(bar);
    form.querySelector('button').before(told);
    return { told, bar };
  }

  /** Shows what came of a form: the page, or beside the form what is wrong. */
  function arrive(form, { status, responseText, responseURL }) {
    const page = parse(responseText);
    const said = [...page.querySelectorAll('main h1, main .lead')].map(({ textContent }) => textContent);
    if (watched(page)) show(page, responseURL, form);
    else if (status === 404) location.replace(here());
    else complain(form, said.join('. ') || watched().dataset.failed);
  }

  function send(form, submitter, hasFiles) {
    const body = new FormData(form);
    if (submitter?.name) body.append(submitter.name, submitter.value);
    const { told, bar } = hasFiles ? progress(form) : {};
    const buttons = [...document.querySelectorAll('main button:enabled')];
    buttons.forEach((button) => (button.disabled = true));
    isSending = true;
    const request = new XMLHttpRequest();
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      if (bar) Object.assign(bar, { max: total, value: loaded });
    });
    request.addEventListener('loadend', () => {
      isSending = false;
      told?.remove();
      buttons.forEach((button) => (button.disabled = false));
      if (request.status) arrive(form, request);
      else complain(form, watched().dataset.failed);
      if (document.activeElement === document.body) submitter?.focus();
    });
    request.open('POST', form.getAttribute('action'));
    request.send(form.matches('.document') ? body : new URLSearchParams(body));
  }

  document.addEventListener('submit', (event) => {
    const { target: form, submitter } = event;
    if (!form.getAttribute('action').startsWith('/kyc-spa/')) return;
    event.preventDefault();
    const files = fields(form).flatMap((field) => [...(field.files ?? [])]);
    if (files.some(({ size }) => size > LARGEST_FILE)) complain(form, form.dataset.tooLarge);
    else if (!isSending) send(form, submitter, files.length > 0);
  });

  voice.className = 'unseen';
  voice.setAttribute('role', 'status');
  document.body.append(voice);
  follow();
})();
