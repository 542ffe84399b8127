(function(){try{var s=document.getElementById("zone"),z=Intl.DateTimeFormat().resolvedOptions().timeZone;
if(!s||!z||/[?&]zone=/.test(location.search)||s.value===z)return;
for(var i=0;i<s.options.length;i++)if(s.options[i].value===z){s.value=z;s.form.submit();return}}catch(e){}})();
