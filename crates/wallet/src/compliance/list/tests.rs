use super::*;

fn all(format: ListFormat, text: &str) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    read(format, text.as_bytes(), &mut |row| {
        rows.push(row);
        Ok(())
    })?;
    Ok(rows)
}

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- as the Security Council writes it -->
<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00">
  <INDIVIDUALS>
    <INDIVIDUAL>
      <DATAID>6908555</DATAID><VERSIONNUM>1</VERSIONNUM>
      <FIRST_NAME>EXEMPLE</FIRST_NAME><SECOND_NAME>AL-MOD&#200;LE</SECOND_NAME><THIRD_NAME/>
      <REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER>
      <NATIONALITY><VALUE>Nowhere &amp; Elsewhere</VALUE></NATIONALITY>
      <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Abou Exemple</ALIAS_NAME></INDIVIDUAL_ALIAS>
      <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
      <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1961-02-03</DATE></INDIVIDUAL_DATE_OF_BIRTH>
      <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><DATE>about sixty</DATE></INDIVIDUAL_DATE_OF_BIRTH>
      <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1963</FROM_YEAR><TO_YEAR>1964</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
    </INDIVIDUAL>
    <INDIVIDUAL><DATAID>7</DATAID><FIRST_NAME>Second</FIRST_NAME><SECOND_NAME>Exemple</SECOND_NAME></INDIVIDUAL>
    <INDIVIDUAL><DATAID>8</DATAID></INDIVIDUAL>
  </INDIVIDUALS>
  <ENTITIES><ENTITY><DATAID>9</DATAID><FIRST_NAME>Une Organisation</FIRST_NAME></ENTITY></ENTITIES>
</CONSOLIDATED_LIST>"#;

#[test]
fn the_list_of_the_united_nations_is_read() {
    let rows = all(ListFormat::UnXml, XML).unwrap();
    let first = rows[0].draft.clone().unwrap();
    assert_eq!((rows.len(), first.reference.as_str()), (3, "XXi.001"));
    assert_eq!(first.names, ["EXEMPLE AL-MODÈLE", "Abou Exemple"]);
    assert_eq!(first.birth_years, [1961, 1963, 1964]);
    assert_eq!(first.country.as_deref(), Some("Nowhere & Elsewhere"));
    assert!(first.keys.contains(&"modele".to_owned()) && first.keys.contains(&"modle".to_owned()));
    assert_eq!(rows[1].draft.as_ref().unwrap().reference, "7");
    assert_eq!((rows[2].draft.clone(), rows[2].reference.as_str()), (Err(EntryRefusal::Name), "8"));
}

#[test]
fn a_list_that_is_cut_or_another_is_none() {
    let cut = [XML.find("<ENTITIES>").unwrap(), XML.find("<INDIVIDUALS>").unwrap(), XML.len() - 3];
    for end in cut {
        all(ListFormat::UnXml, &XML[..end]).unwrap_err();
    }
    let deep = format!("<CONSOLIDATED_LIST>{}", "<a>".repeat(50));
    for text in ["", "<html></html>", "reference,name\n", &XML.replace("&amp;", "&lol;"), &deep] {
        all(ListFormat::UnXml, text).unwrap_err();
    }
    for text in ["", "ref,nom\n1,A\n", "reference\n1\n"] {
        all(ListFormat::Csv, text).unwrap_err();
    }
}

#[test]
fn a_table_is_read_and_its_rows_are_refused_one_by_one() {
    let text = "\u{feff}Reference,name,aliases,birth_date,country\n\
                A1,Exemple Modèle,Abou Exemple; ;Le Modèle,1961-02-03;1963,CI\n\
                ,Sans Référence,,,\n\
                A2,- ',,,\n\
                A3,Exemple,,03/02/1961,\n\
                A4,Exemple\n\
                A5,\"Exem\u{1}ple\",,,\n";
    let rows = all(ListFormat::Csv, text).unwrap();
    let first = rows[0].draft.clone().unwrap();
    assert_eq!(first.names, ["Exemple Modèle", "Abou Exemple", "Le Modèle"]);
    assert_eq!((first.birth_years, first.country.as_deref()), (vec![1961, 1963], Some("CI")));
    let refused: Vec<_> = rows[1..].iter().map(|row| (row.number, row.draft.clone().unwrap_err())).collect();
    assert_eq!(
        refused,
        [
            (3, EntryRefusal::Reference),
            (4, EntryRefusal::Name),
            (5, EntryRefusal::BirthDate),
            (6, EntryRefusal::Columns),
            (7, EntryRefusal::Damaged),
        ]
    );
    assert_eq!(rows[3].reference, "A3");
    let long = format!("reference,name\nA,{}\nB,{}\n", "a".repeat(201), "a".repeat(200));
    let long = all(ListFormat::Csv, &long).unwrap();
    assert_eq!(long[0].draft, Err(EntryRefusal::TooLong));
    long[1].draft.clone().unwrap();
}

#[test]
fn a_file_without_end_is_not_read_to_its_end() {
    let mut read = Vec::new();
    let refused = Bounded { reader: io::repeat(b'a'), left: 10 }.read_to_end(&mut read).unwrap_err();
    assert!(refused.to_string().contains("64 MiB"), "{refused}");
}
