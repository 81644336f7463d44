import type { OrderWords } from "../language.ts";

/** How somebody who writes Polish gives orders to a model. */
export const orders: OrderWords = {
  models: `ai llm chatbot* model_jezykow* modelu_jezykow* modelem_jezykow* asystent_ai asystenta_ai agent_ai
    agenta_ai wirtualny_asystent* wirtualnego_asystent* sztuczna_inteligencj* sztucznej_inteligencj*
    chatgpt asystencie_ai systemy_ai systemow_ai`,
  helpers: "asystent asystenta asystencie asystentem asystentow agent agenta model bot",
  users: "uzytkownik* czlowiek czlowiekowi",
  reading: `streszczasz_ten streszczajac_ten streszczajac podsumowujac_ten podsumowujac czytasz_to czytasz_ten
    czyta_ten czyta_te przetwarzasz_ten przetwarza_ten analizujesz_ten w_streszczeniu w_podsumowaniu`,
  ignore: `ignoruj ignorujcie zignoruj zignorujcie zignorowac ignorowac zapomnij zapomnijcie pomin pominac
    odrzuc nadpisz obejdz obejsc zastap nie_przestrzegaj nie_stosuj_sie przestan_stosowac lekcewaz
    zlekcewaz nie_zwazaj uniewaznij`,
  instructions: "instrukcj* polecen* polecenie prompt prompty promptu wytyczn* dyrektyw* wskazowek_systemow*",
  rules: "regul* zasad* ograniczen* rozkaz* komend* polityk* limit* zabezpieczen* filtr*",
  earlier: `poprzedni* wczesniejsz* powyzsz* uprzedni* dotychczasow* pierwotn* obecn* istniejac* system* twoje
    swoje swoich twoich inne otrzyman*`,
  everything: `wszystko_powyzej wszystko_co_powyzej wszystko_co_wiesz wszystko_co_ci wszystko_co_bylo to_co_powyzej
    wszystkim_co_powyzej o_wszystkim`,
  hide: `mow mowic powiedz powiedziec wspominaj wspominac wspomnij informuj informowac poinformuj ujawniaj
    ujawniac ujawnij zdradzaj zdradz ostrzegaj powiadamiaj powiadamiac zawiadamiaj zglaszaj`,
  secretly: `potajemnie po_cichu w_tajemnicy cicho dyskretnie skrycie bez_wiedzy w_tle nie_mowiac
    bez_informowania niezauwazenie w_sekrecie`,
  unknown: `nie_moze_wiedziec nie_moze_sie_dowiedziec nie_powinien_wiedziec nie_moze_zobaczyc ukryj_to
    zachowaj_to_w_tajemnicy trzymaj_to_w_tajemnicy nie_dowiedzial zataj`,
  send: `wyslij wyslijcie wysylaj wyslac wysylac przeslij przesylaj przeslac przekaz przekazuj przekazac
    opublikuj zamiesc wgraj wykradnij przelej udostepnij dolacz dodaj`,
  secrets: `haslo hasla hasel haslami klucz_api klucze_api kluczy_api token tokeny tokenow dane_logowania
    danych_logowania klucz_prywatny klucze_prywatne sekret* kart_kredytow* karty_kredytow* dane_bankowe
    historia_rozmow* historie_rozmow* historie_czatu historii_rozmow* prompt_systemow* dane_osobowe
    danych_osobowych poufne poufnych zmienne_srodowiskow* numer_karty numer_konta poufne_pliki`,
  talk: `rozmow* wiadomosci histori* dane danych wspomnien* plik* zawartosc kontakt* adres* e_maile imion*
    czat* wszystko`,
  always: `zawsze nigdy od_teraz od_tej_pory odtad w_przyszlosci za_kazdym_razem kazdorazowo na_stale ilekroc
    od_tego_momentu od_dzis kiedykolwiek`,
  replies: `kazdej_odpowiedzi kazda_odpowiedz wszystkich_odpowiedzi* wszystkie_odpowiedzi swoich_odpowiedzi*
    swojej_odpowiedzi twoje_odpowiedzi twoich_odpowiedzi* przyszlych_odpowiedzi* przyszlych_rozmow*
    kolejnych_odpowiedzi* nastepnej_odpowiedzi kazdej_rozmow* kazdej_wiadomosci przyszle_odpowiedzi
    swoje_odpowiedzi`,
  must: `musisz musi masz nalezy powinien powinienes powinna powinnas trzeba jestes_zobowiazany ma_obowiazek
    jestes_upowazniony upowaznion* uprawnion*`,
  say: `odpowiedz odpowiadaj odpowiadac powiedz mow polecaj polec rekomenduj zarekomenduj sugeruj zasugeruj
    twierdz wspomnij wspominaj dodaj dodawaj dolacz zacznij zaczynaj zakoncz koncz pisz napisz chwal
    promuj odmow odmawiaj powtorz przekonaj przekonuj kieruj przedstawiaj udawaj`,
  asks: "pyta zapyta spyta prosi poprosi chce wspomni wspomina mowi powie pisze zapytania",
  become: `jestes_teraz teraz_jestes od_teraz_jestes dzialaj_jako zachowuj_sie_jak udawaj_ze_jestes udawaj
    wciel_sie twoja_nowa_rola twoje_nowe_zadanie twoim_nowym_zadaniem nie_jestes_juz
    twoje_prawdziwe_zadanie przyjmij_role`,
  unbound: `tryb_deweloper* trybie_deweloper* tryb_programist* tryb_administrator* tryb_debug* tryb_boga
    bez_ogranicz* bez_cenzury bez_filtr* jailbreak* nieograniczon* dostep_root kontrole_bezpieczenstwa
    filtry_sa_wylaczone`,
  reveal: "ujawnij pokaz wypisz wyswietl powtorz podaj zdradz wyslij skopiuj wydrukuj",
  prompt: `prompt_systemow* promptu_systemow* swoje_instrukcje swoich_instrukcji twoje_instrukcje
    poczatkowe_instrukcje ukryte_instrukcje komunikat_systemow* swoje_wytyczne tekst_powyzej
    ukryty_prompt tajny_prompt`,
  unasked: `bez_pytania bez_potwierdzenia bez_zgody bez_zatwierdzenia bez_pozwolenia bez_autoryzacji
    bez_dalszego_potwierdzenia bez_weryfikacji juz_zatwierdzil wyrazil_zgode juz_zaakceptowal
    nie_pytaj_o zatwierdzil juz_autoryzowal`,
  act: `uruchom uruchamiaj wykonaj wykonuj wykonac wywolaj wywoluj uzyj uzywaj przelej usun usuwaj usunac
    skasuj zaplac zatwierdz kup zainstaluj pobierz otworz odwiedz przyznaj zamow kliknij zastosuj_sie
    postepuj`,
  tools: "narzedzi* wywolanie_funkcji terminal* wiersz_polecen",
  memory: `twojej_pamieci swojej_pamieci pamieci_dlugotrwalej w_pamieci do_pamieci zapamietaj zapamietaj_ze
    pamietaj_ze zapisz_to aktualizacja_pamieci`,
  newly: `nowe_instrukcje nowa_instrukcja wazne_instrukcje wazna_instrukcja instrukcja_systemow*
    instrukcje_systemow* nastepujace_instrukcje tajne_instrukcje komunikat_systemow* nowe_polecenie
    nowe_polecenia nowe_wytyczne nowe_zadanie nowa_zasada instrukcje_dla instrukcja_dla
    prawdziwe_instrukcje uwaga_ai najwyzszy_priorytet nowy_cel prawdziwe_zadanie wykonuj_wszystko
    twoje_prawdziwe`,
  please: `prosze dziekuje dzieki pozdrawiam witam czesc dzien_dobry szanown* drogi droga czy_moglbys
    czy_moglabys z_powazaniem poprosze`,
  decode: "odkoduj zdekoduj rozszyfruj odszyfruj base64 rot13 wspak",
};
