document.body.textContent = "Souvenir";
