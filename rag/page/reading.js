// Runs inside the toolbar, behind the others. Gradio would show the end of what was answered; it is read from its question on.
let shownTurn = '';
new MutationObserver(() => {
  const [asked, answered] = ['user', 'bot'].map((who) => [...document.querySelectorAll(`#chatbot [data-testid=${who}]`)]);
  const turn = `${asked.length} ${answered.at(-1)?.textContent}`;
  const log = document.querySelector('#chatbot .bubble-wrap');
  if (!log || !asked.length || turn === shownTurn) return;
  shownTurn = turn;
  requestAnimationFrame(() => {
    log.scrollTop += asked.at(-1).getBoundingClientRect().top - log.getBoundingClientRect().top - 12;
  });
}).observe(document.body, { childList: true, subtree: true, characterData: true });
