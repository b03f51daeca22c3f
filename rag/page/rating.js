// Runs inside what follows a vote (Gradio binds element and trigger).
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  trigger('submit', { turn: Number(form.dataset.turn), vote: 'down', sentence: form.querySelector('textarea').value });
});

element.addEventListener('click', (event) => {
  if (event.target.closest('.close')) event.target.closest('form').remove();
});
